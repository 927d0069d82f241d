import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Bench } from '../bench.js'
import type { Contender, PreparedOrders } from '../contender.js'
import { batchesInFlight, databaseConnections, lanesABatch, ordersInFlight } from '../equal-terms.js'
import type { NamedProcesses } from '../measure/cpu-clock.js'
import { type PeerName, peers } from '../peers/index.js'
import type { OpenPeer, PeerTerms } from '../peers/peer.js'
import { lanesOf, seedOrders } from '../work/campaign.js'
import { proveOrders } from '../work/prove.js'
import { type PeerClient, startPeer } from './peer-client.js'

type Opened = Pick<OpenPeer, 'versions' | 'durability' | 'processes'>

/**
 * Starts a peer in a process of its own and keeps it for all of its runs.
 *
 * @throws PeerMissing when its server cannot be had
 */
export async function openPeerContender(
  bench: Bench,
  name: PeerName,
  changes: Partial<PeerTerms> = {},
): Promise<Contender> {
  const client = startPeer(name, join(bench.dir, `${name}.log`))
  try {
    const opened = (await client.call({ verb: 'open', value: { ...termsOf(bench), ...changes } })) as Opened
    bench.note(opened)
    return contenderOf(bench, name, client, opened.processes)
  } catch (error) {
    await client.end()
    throw error
  }
}

function contenderOf(bench: Bench, name: PeerName, client: PeerClient, own: NamedProcesses): Contender {
  const { name: title, tuning, roughly, barrierRows } = peers[name]
  const call = (verb: 'work' | 'rest' | 'close') => client.call({ verb, value: null })
  return {
    name: title,
    tuning,
    roughly,
    async prepare(orders): Promise<PreparedOrders> {
      const voucherId = await seedOrders(bench.db, orders)
      await client.call({ verb: 'fill', value: lanesOf(voucherId, orders) })
      return {
        voucherId,
        processes: { ...(await bench.servers()), ...own, consumer: client.pid },
        start: async () => {
          await call('work')
        },
        failed: client.failed,
        prove: async () => {
          const figures = (await call('rest')) as Readonly<Record<string, number>>
          return { checks: await proveOrders(bench.db, voucherId, { orders, barrierRows }), figures }
        },
      }
    },
    async close() {
      try {
        await call('close')
      } finally {
        await client.end()
      }
    },
  }
}

function termsOf(bench: Bench): PeerTerms {
  return {
    databaseUrl: bench.stack.databaseUrl,
    redisUrl: bench.stack.redisUrl,
    temporalAddress: bench.stack.temporalAddress,
    rabbitmqUrl: process.env.RABBITMQ_URL || 'amqp://guest:guest@127.0.0.1:5672',
    postgresUrl: process.env.POSTGRES_URL || 'postgres://postgres@127.0.0.1:5432/postgres',
    dir: bench.dir,
    prefix: `seckill-bench-${randomBytes(4).toString('hex')}`,
    ordersInFlight,
    lanesABatch,
    batchesInFlight,
    databaseConnections,
  }
}
