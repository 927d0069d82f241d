import type { Connection } from 'rabbitmq-client'

/** The exchanges and queues of one installation. */
export interface BrokerNames {
  /** Gets the taken runs: durable, direct. */
  readonly exchange: string
  readonly queue: string
  /** Gets the messages that no consumer could take. */
  readonly deadExchange: string
  readonly deadQueue: string
}

/** The names that begin with a prefix: `seckill.exchange`, `seckill.intake`, `seckill.dead.exchange`, `seckill.dead`. */
export function namesOf(prefix: string): BrokerNames {
  return {
    exchange: `${prefix}.exchange`,
    queue: `${prefix}.intake`,
    deadExchange: `${prefix}.dead.exchange`,
    deadQueue: `${prefix}.dead`,
  }
}

/** The exchange of the changes of the sale: durable, by topic. */
export function eventExchangeOf(prefix: string) {
  return { exchange: `${prefix}.events`, type: 'topic', durable: true } as const
}

/** A message that came back so often ends consumers, and goes to the dead letters. */
const deliveryLimit = 20
/** Messages that wait at most; the publisher is told of one more, and the run stays with the gate. Reached by repetitions only. */
const mostMessages = 10_000
/** A dead letter is never given up: RabbitMQ 4 has a limit of 20 where none is named. */
const noDeliveryLimit = 1_000_000

/** The declarations of the exchanges, and of each queue with its binding; no message has a time limit. */
export function topologyOf({ exchange, queue, deadExchange, deadQueue }: BrokerNames) {
  const quorum = { 'x-queue-type': 'quorum' } as const
  return {
    exchanges: [exchange, deadExchange].map((name) => ({ exchange: name, type: 'direct', durable: true })),
    intake: {
      queue: {
        queue,
        durable: true,
        arguments: {
          ...quorum,
          'x-delivery-limit': deliveryLimit,
          'x-max-length': mostMessages,
          'x-overflow': 'reject-publish',
          'x-dead-letter-exchange': deadExchange,
          'x-dead-letter-routing-key': deadQueue,
          'x-dead-letter-strategy': 'at-least-once',
        },
      },
      binding: { exchange, queue, routingKey: queue },
    },
    dead: {
      queue: { queue: deadQueue, durable: true, arguments: { ...quorum, 'x-delivery-limit': noDeliveryLimit } },
      binding: { exchange: deadExchange, queue: deadQueue, routingKey: deadQueue },
    },
  } as const
}

/** Declares everything; what is there stays. @throws AMQPChannelError where something of another kind has a name */
export async function declareTopology(connection: Connection, names: BrokerNames): Promise<void> {
  const { exchanges, intake, dead } = topologyOf(names)
  for (const exchange of exchanges) await connection.exchangeDeclare(exchange)
  for (const { queue, binding } of [dead, intake]) {
    await connection.queueDeclare(queue)
    await connection.queueBind(binding)
  }
}

/** The messages that wait in each queue. */
export async function queueLengths(connection: Connection, names: BrokerNames): Promise<ReadonlyMap<string, number>> {
  const lengths = new Map<string, number>()
  for (const queue of [names.queue, names.deadQueue]) {
    const { messageCount } = await connection.queueDeclare({ queue, passive: true })
    lengths.set(queue, messageCount)
  }
  return lengths
}
