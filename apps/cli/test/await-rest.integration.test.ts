import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { connectGateRedis, createGate, gateKeys } from 'seckill-store/gate'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import { seedCampaign, temporaryDatabase } from 'seckill-store/testing'
import { expect, it, onTestFinished } from 'vitest'
import { awaitRest } from '../src/sale/await-rest.js'

/** A relay to a server that cuts its first `cuts` connections; returns its port. */
async function relayTo(target: URL, cuts: number): Promise<{ readonly port: number; readonly seen: () => number }> {
  let seen = 0
  const server = createServer((client: Socket) => {
    seen += 1
    if (seen <= cuts) return client.destroy()
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) socket.on('error', () => {})
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as { readonly port: number }).port, seen: () => seen }
}

it('a wait for rest outlives failed readings', async () => {
  const database = await temporaryDatabase()
  onTestFinished(() => database.drop())
  const { voucherId, gate: campaign } = await seedCampaign(database.db)
  const redis = connectGateRedis(process.env.REDIS_URL as string)
  const gate = createGate(redis)
  if (campaign !== null) await gate.apply(campaign)
  const url = new URL(database.url)
  const relay = await relayTo(url, 2)
  url.hostname = '127.0.0.1'
  url.port = String(relay.port)
  const db = connectDatabase(url.href, { poolSize: 1 })
  onTestFinished(async () => {
    await closeDatabase(db)
    await redis.del(Object.values(gateKeys(voucherId)))
    redis.disconnect()
  })
  await expect(awaitRest({ db, gate }, voucherId, { timeoutMs: 10_000 })).resolves.toMatchObject({
    orders: 0,
    gate: { state: 'OPEN', seq: 0 },
  })
  expect(relay.seen()).toBeGreaterThan(2)
})
