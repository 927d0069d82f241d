import { randomUUID } from 'node:crypto'
import { GateCode } from '../gate/codes.js'
import { gateKeys } from '../gate/keys.js'
import type { GateRedis, ScriptReply } from '../gate/scripts.js'
import type { GateCampaign } from '../gate/types.js'

const writesPerCall = 500
const shortestRenewalMs = 100

/** One write of a rebuild, as its script takes it. */
export type RebuildWrite = readonly ['set', string, string] | readonly ['del' | 'add' | 'join', string, '']

/** The live holds that `join` writes counted, each once. */
interface JoinedHolds {
  readonly units: number
  readonly holds: number
}

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
  /** Writes in calls of bounded size. @throws {RebuildTaken} */
  write(writes: readonly RebuildWrite[]): Promise<JoinedHolds>
  /** Opens the gate with the given arguments of rebuild-finish.lua. @throws {RebuildTaken} */
  finish(...args: readonly (string | number)[]): Promise<void>
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
      const joined = { units: 0, holds: 0 }
      for (let i = 0; i < writes.length; i += writesPerCall) {
        const [, units, count] = await call(writes.slice(i, i + writesPerCall))
        joined.units += Number(units)
        joined.holds += Number(count)
      }
      return joined
    },
    async finish(...args) {
      opening = true
      kept(await redis.seckillRebuildFinish(campaign, token, ...args))
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
