import amqp, { type ChannelModel, type ConsumeMessage } from 'amqplib'
import type { Purchase } from 'seckill-workflows'
import { readProcesses } from '../measure/process-tree.js'
import { type OrderWork, openBatchWork, openOrderWork, openWholeOrderWork } from './open-work.js'
import { type OpenPeer, type Peer, PeerMissing, type PeerTerms } from './peer.js'
import { versionOf } from './version-of.js'

/** Acknowledges a message, or with `upTo` all unacknowledged ones up to it. */
type Ack = (message: ConsumeMessage, upTo?: boolean) => void

/** The differences between one message at a time and collected ones. */
interface Consumer {
  readonly prefetch: number
  /** Acknowledges once the orders are committed; rejects when they were not. */
  readonly onMessage: (message: ConsumeMessage, ack: Ack) => Promise<void>
  readonly close: () => Promise<void>
}

/** One message per order. */
export const rabbitmq: Peer = {
  name: 'RabbitMQ, one at a time',
  barrierRows: 4,
  tuning: 'durable queue, persistent messages, publisher confirms, manual acks, prefetch of the orders in flight',
  roughly: 1_400,
  open: (terms) => openOneByOne(terms, openOrderWork(terms)),
}

/** One message and one transaction per order. */
export const rabbitmqWhole: Peer = {
  name: 'RabbitMQ, one transaction per order',
  barrierRows: 0,
  tuning: 'as one at a time; one transaction without barrier rows, repeated messages known by a unique key',
  roughly: 2_500,
  open: (terms) => openOneByOne(terms, openWholeOrderWork(terms)),
}

function openOneByOne(terms: PeerTerms, { process, close }: Pick<OrderWork, 'process' | 'close'>): Promise<OpenPeer> {
  return openQueue(terms, {
    prefetch: terms.ordersInFlight,
    onMessage: async (message, ack) => {
      await process(laneOf(message))
      ack(message)
    },
    close,
  })
}

/** The same messages, collected into batches by the consumer. */
export const rabbitmqBatched: Peer = {
  name: 'RabbitMQ, collected, bulk SQL',
  barrierRows: 4,
  tuning: 'as one at a time, with a prefetch of the batches in flight; a batch is full or 10 ms old; one ack a batch',
  roughly: 20_000,
  async open(terms) {
    const { process, close } = openBatchWork(terms)
    return openQueue(terms, {
      prefetch: terms.lanesABatch * terms.batchesInFlight,
      onMessage: collect(terms.lanesABatch, (messages, name) => process(messages.map(laneOf), name)),
      close,
    })
  },
}

function laneOf(message: ConsumeMessage): Purchase {
  return JSON.parse(message.content.toString()) as Purchase
}

const oldestMs = 10
/** A queue that a killed benchmark left behind removes itself. */
const unusedQueueMs = 600_000

/** Gathers messages until there are `most` or the first has waited 10 ms; acknowledges batches in their order. */
function collect(
  most: number,
  work: (messages: readonly ConsumeMessage[], name: string) => Promise<void>,
): Consumer['onMessage'] {
  let waiting: ConsumeMessage[] = []
  let timer: NodeJS.Timeout | undefined
  let settle = Promise.withResolvers<void>()
  let batches = 0
  let earlier: Promise<unknown> = Promise.resolve()
  const flush = (ack: Ack): void => {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    const { resolve, reject } = settle
    waiting = []
    settle = Promise.withResolvers<void>()
    // Acknowledging up to a message acknowledges every earlier batch too.
    const committed = Promise.all([work(batch, String(batches++)), earlier])
    earlier = committed
    committed.then(() => ack(batch.at(-1) as ConsumeMessage, true)).then(resolve, reject)
  }
  return (message, ack) => {
    waiting.push(message)
    const { promise } = settle
    if (waiting.length >= most) flush(ack)
    else timer ??= setTimeout(() => flush(ack), oldestMs)
    return promise
  }
}

async function openQueue(terms: PeerTerms, consumer: Consumer): Promise<OpenPeer> {
  const connection = await connect(terms.rabbitmqUrl)
  const queue = `${terms.prefix}-orders`
  const producer = await connection.createConfirmChannel()
  const channel = await connection.createChannel()
  await channel.prefetch(consumer.prefetch)
  let consumerTag: string | undefined
  return {
    versions: { amqplib: versionOf('amqplib'), rabbitmq: String(connection.connection.serverProperties.version) },
    durability: { rabbitmq: 'durable classic queue, persistent messages, publisher confirms' },
    processes: brokerProcess(),
    async fill(lanes) {
      await producer.assertQueue(queue, { durable: true, expires: unusedQueueMs })
      for (const lane of lanes) producer.sendToQueue(queue, Buffer.from(JSON.stringify(lane)), { persistent: true })
      await producer.waitForConfirms()
    },
    async work(onFailure) {
      const ack: Ack = (message, upTo = false) => channel.ack(message, upTo)
      const consuming = await channel.consume(queue, (message) => {
        if (message !== null) consumer.onMessage(message, ack).catch(onFailure)
      })
      consumerTag = consuming.consumerTag
    },
    async rest() {
      if (consumerTag !== undefined) await channel.cancel(consumerTag)
      await producer.deleteQueue(queue)
      return {}
    },
    async close() {
      await connection.close()
      await consumer.close()
    },
  }
}

async function connect(url: string): Promise<ChannelModel> {
  try {
    return await amqp.connect(url)
  } catch (cause) {
    const hint = 'install it (apt-get install rabbitmq-server) or set RABBITMQ_URL'
    throw new PeerMissing(`no RabbitMQ at ${new URL(url).host}: ${hint}`, { cause })
  }
}

/** A broker of this machine, told by Erlang's own process name. */
function brokerProcess(): Readonly<Record<string, number>> {
  const broker = readProcesses().find(({ name }) => name.startsWith('beam'))
  return broker === undefined ? {} : { rabbitmq: broker.pid }
}
