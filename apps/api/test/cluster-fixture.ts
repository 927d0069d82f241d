import { randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RedisCluster, startRedisCluster } from 'seckill-local-stack'
import {
  type AdmitRequest,
  connectGateRedis,
  createGate,
  type Gate,
  gateKeys,
  newReservationId,
  type Taken,
  type TakeRequest,
} from 'seckill-store/gate'

/** A gate on a Redis Cluster of its own. */
export interface ClusterFixture {
  readonly cluster: RedisCluster
  readonly redis: ReturnType<typeof connectGateRedis>
  readonly gate: Gate
  /** Vouchers with an open campaign each, one on every master. */
  campaigns(): Promise<readonly number[]>
  close(): Promise<void>
}

export async function clusterFixture(): Promise<ClusterFixture> {
  const dir = await mkdtemp(join(tmpdir(), 'seckill-cluster-'))
  const cluster = await startRedisCluster({ dir })
  const redis = connectGateRedis(cluster.url)
  redis.on('error', () => {})
  const gate = createGate(redis)
  return {
    cluster,
    redis,
    gate,
    campaigns: async () => {
      const vouchers = await voucherOfEachMaster(cluster)
      for (const voucherId of vouchers) await openCampaign(gate, voucherId)
      return vouchers
    },
    close: async () => {
      redis.disconnect()
      await cluster.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function voucherOfEachMaster(cluster: RedisCluster): Promise<readonly number[]> {
  const masters = await cluster.masters()
  const found = new Map<number, number>()
  while (found.size < masters.length) {
    const voucherId = randomInt(1_000_000, 2 ** 40)
    found.set((await cluster.masterOf(gateKeys(voucherId).campaign)).port, voucherId)
  }
  return [...found.values()]
}

/** Puts a thousand units on sale, five a user. */
export async function openCampaign(gate: Gate, voucherId: number, version = 1): Promise<void> {
  const now = await gate.now()
  const terms = { version, total: 1_000, limitPerUser: 5, beginsAt: now - 60_000, endsAt: now + 3_600_000 }
  const { status } = await gate.apply({ ...terms, voucherId, state: 'OPEN' })
  if (status !== 'applied') throw new Error(`the campaign was not applied: ${status}`)
}

export function request(voucherId: number, userId: number, idempotencyKey?: string): AdmitRequest {
  const key = idempotencyKey === undefined ? {} : { idempotencyKey }
  return { voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId), ...key }
}

/** Admits so many users and answers their reservations. */
export async function admitUsers(gate: Gate, voucherId: number, count: number, firstUser = 1): Promise<string[]> {
  const requests = Array.from({ length: count }, (_, at) => request(voucherId, firstUser + at))
  const answers = await Promise.all(requests.map((one) => gate.admit(one)))
  for (const answer of answers) if (answer.status !== 'admitted') throw new Error(JSON.stringify(answer))
  return requests.map(({ reservationId }) => reservationId)
}

export function takeRequest(voucherId: number, maxLanes = 100): TakeRequest {
  const runId = `purchase-${voucherId}-${randomUUID()}`
  return { voucherId, runId, maxLanes, leaseMs: 60_000, maxOpenRuns: 100 }
}

/** The run and lanes of an answer that must have some. */
export function lanesOf(taken: Taken) {
  if (taken.status !== 'taken' && taken.status !== 'again') throw new Error(`take answered ${taken.status}`)
  return taken
}
