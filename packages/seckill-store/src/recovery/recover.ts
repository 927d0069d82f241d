import type { Kysely } from 'kysely'
import type { GateConnection } from '../gate/connect.js'
import { createGate } from '../gate/gate.js'
import { gateKeys } from '../gate/keys.js'
import { type GateRedis, withScripts } from '../gate/scripts.js'
import type { Gate } from '../gate/types.js'
import type { Database } from '../mysql/index.js'
import { campaignToServe } from './campaigns.js'
import { type OpeningOutcome, openGate } from './open-gate.js'
import { releaseEnded } from './release-ended.js'
import { sweepGate } from './sweep.js'

/** Which gate to recover, and from what. */
export interface RecoveryRequest {
  readonly redis: GateConnection
  readonly db: Kysely<Database>
  readonly voucherId: number
  /** Rebuild also a gate that looks whole; default false. */
  readonly force?: boolean
  /** How long a rebuild that stopped half-way keeps others from starting, in milliseconds; default 5000. */
  readonly leaseMs?: number
}

/**
 * `open`: nothing was wrong, at most a version was missed. `mended`: the gate was open, and holds that differed from MySQL's purchases
 * are right now. `reopened`: Redis restarted and lost nothing MySQL knows of. `rebuilding`: another process does it; call again later.
 * `unknown`: MySQL has no such sale, or only a draft or a settled one.
 */
export type RecoveryOutcome = 'open' | 'mended' | OpeningOutcome

/**
 * Brings the gate of a voucher back, and sweeps one that is open: call it every second, and when `take` answers `recovering` or
 * `unknown`. Any number of processes may call it at once.
 * @throws what Redis or MySQL threw; the gate then stays closed and the next call goes on
 */
export async function recoverGate(request: RecoveryRequest): Promise<RecoveryOutcome> {
  const { db, voucherId, force = false, leaseMs = 5_000 } = request
  const redis = withScripts(request.redis)
  const stores = { redis, gate: createGate(redis), db }
  // MySQL before Redis: a gate that works is then never found behind.
  const campaign = await campaignToServe(db, voucherId)
  if (campaign === null) return 'unknown'
  const { openings, version } = await look(stores, voucherId)
  const isOpen = version !== undefined && !force
  const outcome = isOpen ? 'open' : await openGate({ ...stores, voucherId, leaseMs, ...(force ? {} : { openings }) })
  if (outcome === 'rebuilding' || outcome === 'unknown') return outcome
  if (!isOpen || version < campaign.version) await applyNewest(stores, voucherId)
  await releaseEnded(stores, voucherId)
  const mended = await sweepGate(stores, voucherId)
  return mended > 0 && outcome === 'open' ? 'mended' : outcome
}

interface Stores {
  readonly redis: GateRedis
  readonly gate: Gate
  readonly db: Kysely<Database>
}

/** The version of an open gate, and the number of times that a recovery has opened it, read before. */
async function look({ redis, gate }: Stores, voucherId: number) {
  const [openings, audit] = await Promise.all([
    redis.hget(gateKeys(voucherId).campaign, 'openings'),
    gate.audit(voucherId),
  ])
  return { openings: Number(openings ?? 0), version: audit?.state === 'RECOVERING' ? undefined : audit?.version }
}

/** An admin's change found the gate closed, or was not applied. */
async function applyNewest({ gate, db }: Stores, voucherId: number): Promise<void> {
  const campaign = await campaignToServe(db, voucherId)
  if (campaign !== null) await gate.apply(campaign, { creates: false })
}
