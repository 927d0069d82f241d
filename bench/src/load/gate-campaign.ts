import { Redis } from 'ioredis'
import { connectGateRedis, createGate, gateKeys } from 'seckill-store/gate'
import type { Check } from 'seckill-store/invariants'
import { newVoucherId } from '../work/campaign.js'

const hourMs = 3_600_000

/** A campaign that only the gate knows. */
export async function openAtGate(redisUrl: string, total: number): Promise<number> {
  const redis = connectGateRedis(redisUrl)
  try {
    const voucherId = newVoucherId()
    const window = { beginsAt: Date.now() - hourMs, endsAt: Date.now() + hourMs }
    const applied = await createGate(redis).apply({
      voucherId,
      version: 1,
      total,
      limitPerUser: 1,
      state: 'OPEN',
      ...window,
    })
    if (applied.status !== 'applied')
      throw new Error(`The gate did not open voucher ${voucherId}: ${JSON.stringify(applied)}`)
    return voucherId
  } finally {
    redis.disconnect()
  }
}

/** Reports whether the gate admitted at least `least` shoppers and its counters agree with its holds; forgets the campaign. */
export async function proveAtGate(redisUrl: string, voucherId: number, least: number): Promise<readonly Check[]> {
  const redis = connectGateRedis(redisUrl)
  const plain = new Redis(redisUrl)
  try {
    const gate = createGate(redis)
    const audit = await gate.audit(voucherId)
    const live = await gate.liveHolds(voucherId)
    const recounted = [...live.values()].reduce((units, hold) => units + hold.quantity, 0)
    if (audit === null) throw new Error(`The gate has lost voucher ${voucherId}.`)
    const { total, stock, held, liveHolds, seq, waiting } = audit
    await plain.unlink(...Object.values(gateKeys(voucherId)))
    return [
      { name: 'every request was an admission', ok: seq >= least, detail: `${seq} admissions, at least ${least}` },
      { name: 'total is stock plus holds', ok: total === stock + held, detail: `${total}, ${stock}, ${held}` },
      {
        name: 'a recount gives the same holds',
        ok: recounted === held && live.size === liveHolds,
        detail: `${recounted} and ${held} units, ${live.size} and ${liveHolds} holds`,
      },
      { name: 'every admission waits in the stream', ok: waiting === seq, detail: `${waiting} of ${seq}` },
    ]
  } finally {
    redis.disconnect()
    plain.disconnect()
  }
}
