import { randomUUID } from 'node:crypto'
import { GateCode } from '../gate/codes.js'
import { gateKeys } from '../gate/keys.js'
import type { GateRedis, ScriptReply } from '../gate/scripts.js'

const writesPerCall = 500
const shortestRenewalMs = 100

/** One write of a rebuild, as its script takes it. */
export type RebuildWrite = readonly ['set', string, string] | readonly ['del' | 'add' | 'lease' | 'join', string, '']

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
  /** The number of rebuilds that the gate had when it was found in need of one; absent: rebuild in any case. */
  readonly rebuilds?: number
}

/** A rebuild that this process has. */
export interface RebuildWriter {
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
  { leaseMs, rebuilds }: RebuildTerms,
  work: (writer: RebuildWriter) => Promise<void>,
): Promise<void> {
  const token = randomUUID()
  const { campaign, holds, admissions, leases, runs } = gateKeys(voucherId)
  kept(await redis.seckillRebuildBegin(campaign, token, leaseMs, rebuilds ?? ''))
  let finishing = false
  const call = async (part: readonly RebuildWrite[]): Promise<ScriptReply> =>
    kept(await redis.seckillRebuildWrite(campaign, holds, admissions, leases, runs, token, leaseMs, ...part.flat()))

  const writer: RebuildWriter = {
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
      // A renewal that Redis runs after this finds no rebuild.
      finishing = true
      kept(await redis.seckillRebuildFinish(campaign, token, ...args))
    },
  }
  await whileRenewed(
    async () => finishing || call([]),
    leaseMs,
    () => work(writer),
  )
}

function kept(reply: ScriptReply): ScriptReply {
  if (reply[0] === GateCode.Rebuilding) throw new RebuildTaken()
  return reply
}

/** Renews three times in the length of the lease. */
async function whileRenewed(renew: () => Promise<unknown>, leaseMs: number, work: () => Promise<void>): Promise<void> {
  const failure = Promise.withResolvers<never>()
  const renewal = setInterval(() => void renew().catch(failure.reject), Math.max(leaseMs / 3, shortestRenewalMs))
  try {
    await Promise.race([work(), failure.promise])
  } finally {
    clearInterval(renewal)
  }
}
