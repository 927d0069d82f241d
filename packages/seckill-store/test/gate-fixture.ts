import { randomInt, randomUUID } from 'node:crypto'
import {
  type AdmitRequest,
  connectGateRedis,
  createGate,
  type Gate,
  type GateCampaign,
  type GateConnection,
  newReservationId,
  type Taken,
  type TakeRequest,
} from '../src/gate/index.js'
import { type OwnRedis, startOwnRedis } from './gate-redis.js'

/** A gate on a Redis of its own. */
export interface GateFixture {
  readonly server: OwnRedis
  readonly redis: GateConnection
  readonly gate: Gate
  close(): Promise<void>
}

export async function gateFixture(): Promise<GateFixture> {
  const server = await startOwnRedis()
  const redis = connectGateRedis(server.url)
  redis.on('error', () => {})
  const close = async (): Promise<void> => {
    redis.disconnect()
    await server.remove()
  }
  return { server, redis, gate: createGate(redis), close }
}

/** The live holds themselves, and their units. */
export async function recount(gate: Gate, voucherId: number) {
  const live = await gate.liveHolds(voucherId)
  return { held: [...live.values()].reduce((units, hold) => units + hold.quantity, 0), liveHolds: live.size }
}

export function anyVoucher(): number {
  return randomInt(1_000_000, 2 ** 40)
}

/** An open campaign of ten units, one a user, around the server's time. */
export async function openCampaign(
  { redis, gate }: Pick<GateFixture, 'redis' | 'gate'>,
  overrides: Partial<GateCampaign> = {},
): Promise<GateCampaign> {
  const now = await redisNow(redis)
  const campaign: GateCampaign = {
    voucherId: anyVoucher(),
    version: 1,
    total: 10,
    limitPerUser: 1,
    beginsAt: now - 60_000,
    endsAt: now + 3_600_000,
    state: 'OPEN',
    ...overrides,
  }
  const applied = await gate.apply(campaign)
  if (applied.status !== 'applied') throw new Error(`the campaign was not applied: ${applied.status}`)
  return campaign
}

/** Redis time in milliseconds. */
export async function redisNow(redis: GateConnection): Promise<number> {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

export function request(voucherId: number, userId: number, overrides: Partial<AdmitRequest> = {}): AdmitRequest {
  return { voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId), ...overrides }
}

/** Admits users 1 to `count` and answers their reservations in order. */
export async function admitUsers(gate: Gate, voucherId: number, count: number, firstUser = 1): Promise<string[]> {
  const requests = Array.from({ length: count }, (_, i) => request(voucherId, firstUser + i))
  // One after the other: each is a call, and a command of Redis's log, of its own.
  for (const one of requests) {
    const admission = await gate.admit(one)
    if (admission.status !== 'admitted') throw new Error(JSON.stringify(admission))
  }
  return requests.map((one) => one.reservationId)
}

export function takeRequest(voucherId: number, overrides: Partial<TakeRequest> = {}): TakeRequest {
  const runId = `purchase-${voucherId}-${randomUUID()}`
  return { voucherId, runId, maxLanes: 100, leaseMs: 60_000, maxOpenRuns: 100, ...overrides }
}

/** The run and lanes of an answer that must have some. */
export function lanesOf(taken: Taken) {
  if (taken.status !== 'taken' && taken.status !== 'again') throw new Error(`take answered ${taken.status}`)
  return taken
}

/** Everything a voucher has in Redis, for before-and-after comparisons. */
export async function dump(redis: GateConnection, voucherId: number): Promise<Record<string, string | null>> {
  const keys = (await redis.keys(`*{${voucherId}}*`)).sort()
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await digest(redis, key)] as const)))
}

async function digest(redis: GateConnection, key: string): Promise<string | null> {
  return String(await redis.call('DEBUG', 'DIGEST-VALUE', key))
}
