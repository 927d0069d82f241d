import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RedisCluster, startRedisCluster } from 'seckill-local-stack'
import { gateKeys } from 'seckill-store/gate'
import { certificate } from 'seckill-store/invariants'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { ask, buy, send, startSale } from './sale.js'

let dir: string
let cluster: RedisCluster
let api: ApiUnderTest

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'seckill-api-cluster-'))
  cluster = await startRedisCluster({ dir })
  api = await startApi({ start: true, env: { REDIS_URL: cluster.url } })
})
afterAll(async () => {
  await api?.close()
  await cluster?.stop()
  await rm(dir, { recursive: true, force: true })
})

const buyers = Array.from({ length: 30 }, (_, at) => at + 1)
const keyOf = (voucherId: number) => gateKeys(voucherId).campaign

/** Two campaigns on masters of their own. */
async function twoSales(): Promise<readonly [number, number]> {
  const seed = { total: 100, users: 60 }
  const first = (await startSale(api, seed)).voucherId
  const master = await cluster.masterOf(keyOf(first))
  let second = (await startSale(api, seed)).voucherId
  while ((await cluster.masterOf(keyOf(second))) === master) second = (await startSale(api, seed)).voucherId
  return [first, second]
}

async function accepted(voucherId: number): Promise<readonly { readonly user: number; readonly traceId: string }[]> {
  const answers = await Promise.all(buyers.map((user) => buy(api, voucherId, user)))
  expect(answers.map(({ status }) => status)).toEqual(buyers.map(() => 202))
  return answers.map(({ body }, at) => ({ user: buyers[at] ?? 0, traceId: body.data.traceId }))
}

it('what a failover of Redis loses of the 202s is named, each by its buyer and by the certificate, and no other campaign loses any', async () => {
  const [losing, keeping] = await twoSales()
  const kept = await accepted(keeping)
  await cluster.cutOffReplicas(keyOf(losing))
  const lost = await accepted(losing)
  await cluster.failOver(keyOf(losing))

  const states = async () => {
    const answers = await Promise.all(lost.map(({ user, traceId }) => ask(api, traceId, user)))
    return answers.map(({ body }) => `${body.data?.status} ${body.data?.reason}`)
  }
  await expect.poll(states, { interval: 200 }).toEqual(lost.map(() => 'REFUSED ADMISSION_LOST'))
  await api.dependencies.tallies.flush()
  const { db, gate } = api.dependencies
  const named = await certificate({ db, gate, voucherId: losing })
  expect([...named.lostTraceIds].sort()).toEqual(lost.map(({ traceId }) => traceId).sort())
  expect(named).toMatchObject({ lost: 30, leaked: 0, oversold: 0, duplicates: 0, requests: { accepted: 30 } })
  expect(await gate.audit(keeping)).toMatchObject({ liveHolds: kept.length, held: kept.length, state: 'OPEN' })
  // A buyer whose purchase was lost buys again.
  expect((await buy(api, losing, 1)).status).toBe(202)
  const { status, body } = await send(`${api.url}/ready`)
  expect({ status, redis: body.data.checks.redis }).toEqual({ status: 200, redis: { ok: true, durability: 'always' } })
})
