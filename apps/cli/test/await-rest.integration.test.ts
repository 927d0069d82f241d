import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { connectGateRedis, createGate, gateKeys } from 'seckill-store/gate'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import { seedCampaign, temporaryDatabase } from 'seckill-store/testing'
import { expect, it } from 'vitest'
import { awaitRest } from '../src/sale/await-rest.js'

/** A relay to the server of a URL; it cuts its first `cuts` connections. */
async function relayTo({ hostname, port }: URL, cuts: number): Promise<Server> {
  let seen = 0
  const relay = createServer((client) => {
    seen += 1
    client.on('error', () => {})
    if (seen <= cuts) return client.destroy()
    const upstream = connect(Number(port), hostname).on('error', () => {})
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(relay, 'listening')
  return relay
}

it('a wait for rest outlives failed readings', async () => {
  const database = await temporaryDatabase()
  const { voucherId, gate: campaign } = await seedCampaign(database.db)
  const redis = connectGateRedis(process.env.REDIS_URL as string)
  const gate = createGate(redis)
  if (campaign !== null) await gate.apply(campaign)
  const relay = await relayTo(new URL(database.url), 2)
  const relayed = new URL(database.url)
  relayed.hostname = '127.0.0.1'
  relayed.port = String((relay.address() as AddressInfo).port)
  const db = connectDatabase(relayed.href, { poolSize: 1 })
  try {
    const standing = await awaitRest({ db, gate }, voucherId, { timeoutMs: 10_000 })
    expect(standing).toMatchObject({ orders: 0, gate: { state: 'OPEN', seq: 0 } })
  } finally {
    await closeDatabase(db)
    relay.close()
    await redis.del(Object.values(gateKeys(voucherId)))
    redis.disconnect()
    await database.drop()
  }
})
