import { Redis } from 'ioredis'
import type { Purchase } from 'seckill-workflows'
import { openBatchWork, openOrderWork } from './open-work.js'
import type { OpenPeer, Peer, PeerTerms } from './peer.js'

const consumerGroup = 'consumers'
const fillAtOnce = 500

/** A Redis stream and a consumer group, read by as many readers as may work at a time. */
interface Readers {
  readonly count: number
  readonly entriesARead: number
  readonly work: (lanes: readonly Purchase[], entry: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** XREADGROUP, the steps one order at a time, XACK. */
export const bareStream: Peer = {
  name: 'bare stream consumer, one at a time',
  barrierRows: 4,
  tuning: 'one XREADGROUP reader for each order in flight, prepared statements, XACK after the commit',
  roughly: 1_400,
  async open(terms) {
    const { process, close } = openOrderWork(terms)
    const work = async ([lane]: readonly Purchase[]): Promise<void> => process(lane as Purchase)
    return openStream(terms, { count: terms.ordersInFlight, entriesARead: 1, work, close })
  },
}

/** The same with the sale's bulk SQL: the least that batches of orders can cost. */
export const bareStreamBatched: Peer = {
  name: 'bare stream consumer, bulk SQL',
  barrierRows: 4,
  tuning: 'XREADGROUP COUNT of a batch, the sale’s own set-wise activities called directly, XACK after the last commit',
  roughly: 40_000,
  async open(terms) {
    const { process, close } = openBatchWork(terms)
    return openStream(terms, {
      count: terms.batchesInFlight,
      entriesARead: terms.lanesABatch,
      work: process,
      close,
    })
  },
}

async function openStream(terms: PeerTerms, readers: Readers): Promise<OpenPeer> {
  const stream = `${terms.prefix}:orders`
  const redis = new Redis(terms.redisUrl, { enableAutoPipelining: true })
  let readersOpen: readonly Redis[] = []
  let reading: readonly Promise<void>[] = []
  return {
    versions: {},
    durability: {},
    processes: {},
    async fill(lanes) {
      await redis.xgroup('CREATE', stream, consumerGroup, '0', 'MKSTREAM')
      for (let first = 0; first < lanes.length; first += fillAtOnce) {
        const some = lanes.slice(first, first + fillAtOnce)
        await Promise.all(some.map((lane) => redis.xadd(stream, '*', 'lane', JSON.stringify(lane))))
      }
    },
    async work(onFailure) {
      readersOpen = Array.from({ length: readers.count }, () => new Redis(terms.redisUrl))
      reading = readersOpen.map((reader, index) => readOn(reader, stream, `reader-${index}`, readers).catch(onFailure))
    },
    async rest() {
      await Promise.all(reading)
      for (const reader of readersOpen) reader.disconnect()
      await redis.unlink(stream)
      return {}
    },
    async close() {
      redis.disconnect()
      await readers.close()
    },
  }
}

type Entry = readonly [id: string, fields: readonly string[]]

/** Ends when the stream has nothing more; everything waits in it before the readers start. */
async function readOn(redis: Redis, stream: string, name: string, readers: Readers): Promise<void> {
  for (;;) {
    const reply = await redis.xreadgroup(
      'GROUP',
      consumerGroup,
      name,
      'COUNT',
      readers.entriesARead,
      'STREAMS',
      stream,
      '>',
    )
    const entries = entriesOf(reply, stream)
    const [first] = entries
    if (first === undefined) return
    const lanes = entries.map(([, fields]) => JSON.parse(fields[1] ?? '') as Purchase)
    await readers.work(lanes, first[0])
    await redis.xack(stream, consumerGroup, ...entries.map(([id]) => id))
  }
}

/** A list of streams with RESP2, a map of them with RESP3; null when nothing is there. */
function entriesOf(reply: unknown, stream: string): readonly Entry[] {
  if (reply === null || reply === undefined) return []
  if (Array.isArray(reply)) return (reply[0]?.[1] ?? []) as readonly Entry[]
  if (reply instanceof Map) return (reply.get(stream) ?? []) as readonly Entry[]
  return ((reply as Readonly<Record<string, readonly Entry[]>>)[stream] ?? []) as readonly Entry[]
}
