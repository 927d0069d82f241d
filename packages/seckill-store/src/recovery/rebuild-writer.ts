import { randomUUID } from 'node:crypto'
import { campaignArguments } from '../gate/campaign.js'
import { GateCode } from '../gate/codes.js'
import { gateKeys } from '../gate/keys.js'
import type { GateRedis, ScriptReply } from '../gate/scripts.js'
import type { GateCampaign } from '../gate/types.js'

const writesPerCall = 500
const shortestRenewalMs = 100

/** One write of a rebuild, as its script takes it. */
export type RebuildWrite = readonly ['set', string, string] | readonly ['del' | 'add' | 'join', string, '']

/** Another process has the rebuild, or Redis restarted meanwhile. */
export class RebuildTaken extends Error {}

/** The terms of a rebuild. */
export interface RebuildTerms {
  /** How long a rebuild that stopped half-way keeps others from starting, in milliseconds. */
  readonly leaseMs: number
  /** The number of openings that the gate had when it was found closed; absent: rebuild in any case. */
  readonly openings?: number
}

/** A rebuild that this process has. */
export interface RebuildWriter {
  /** `false` where the gate must be rebuilt: it has no campaign, half of a rebuild, or is rebuilt in any case. */
  readonly isWhole: boolean
  /** Opens the gate where it has MySQL's version and the holds of these tails; reports whether it did. @throws {RebuildTaken} */
  reopen(campaign: GateCampaign, tails: readonly string[]): Promise<boolean>
  /** Writes in calls of bounded size, which are sent together. @throws {RebuildTaken} */
  write(writes: readonly RebuildWrite[]): Promise<void>
  /** Opens the gate with the holds that were joined. @throws {RebuildTaken} */
  finish(campaign: GateCampaign): Promise<void>
}

/**
 * Closes the gate and does `work` with its rebuild, whose lease is renewed until the work is done; a renewal that fails
 * is an error of the work.
 * @throws {RebuildTaken} when another process has the rebuild, has done it meanwhile, or takes it
 */
export async function withRebuild(
  redis: GateRedis,
  voucherId: number,
  { leaseMs, openings }: RebuildTerms,
  work: (writer: RebuildWriter) => Promise<void>,
): Promise<void> {
  const token = randomUUID()
  const { campaign } = gateKeys(voucherId)
  const [, whole] = kept(await redis.seckillRebuildBegin(campaign, token, leaseMs, openings ?? ''))
  const { renew, ...writes } = createWrites(redis, voucherId, { token, leaseMs })
  await whileRenewed(renew, leaseMs, () => work({ ...writes, isWhole: whole === 1 && openings !== undefined }))
}

interface Writes extends Omit<RebuildWriter, 'isWhole'> {
  /** Renews the lease, except while the gate is being opened: a renewal that Redis runs after that finds no rebuild. */
  renew(): Promise<void>
}

function createWrites(redis: GateRedis, voucherId: number, terms: { token: string; leaseMs: number }): Writes {
  const { token, leaseMs } = terms
  const { campaign, holds, admissions, buyers } = gateKeys(voucherId)
  const joined = { units: 0, holds: 0, seq: 0 }
  let opening = false
  const call = async (part: readonly RebuildWrite[]): Promise<ScriptReply> =>
    kept(await redis.seckillRebuildWrite(campaign, holds, admissions, buyers, token, leaseMs, ...part.flat()))
  return {
    async renew() {
      if (!opening) await call([])
    },
    async reopen({ version, state }, tails) {
      opening = true
      const [code] = kept(await redis.seckillReopen(campaign, holds, token, version, state, ...tails))
      opening = code === 1
      return opening
    },
    async write(writes) {
      const parts = Array.from({ length: Math.ceil(writes.length / writesPerCall) }, (_, at) =>
        call(writes.slice(at * writesPerCall, (at + 1) * writesPerCall)),
      )
      for (const [, units, holds, seq] of await Promise.all(parts)) {
        joined.units += Number(units)
        joined.holds += Number(holds)
        joined.seq = Math.max(joined.seq, Number(seq))
      }
    },
    async finish(terms) {
      opening = true
      const { units, holds: liveHolds, seq } = joined
      kept(await redis.seckillRebuildFinish(campaign, token, ...campaignArguments(terms), units, liveHolds, seq))
    },
  }
}

function kept(reply: ScriptReply): ScriptReply {
  if (reply[0] === GateCode.Rebuilding) throw new RebuildTaken()
  return reply
}

/** Renews three times in the length of the lease. */
async function whileRenewed(renew: () => Promise<void>, leaseMs: number, work: () => Promise<void>): Promise<void> {
  const failure = Promise.withResolvers<never>()
  const renewal = setInterval(() => void renew().catch(failure.reject), Math.max(leaseMs / 3, shortestRenewalMs))
  try {
    await Promise.race([work(), failure.promise])
  } finally {
    clearInterval(renewal)
  }
}
