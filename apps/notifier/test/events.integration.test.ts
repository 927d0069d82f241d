import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from 'rabbitmq-client'
import { findRabbitmq, killService, resetStack, restartService, type Stack, startStack } from 'seckill-local-stack'
import { parseNotificationId } from 'seckill-store/mysql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NotifiedSale, openSale } from './notified-sale.js'
import { type ServingNotifier, startNotifier } from './notifier-process.js'

const brokerTimeoutMs = 300_000

describe.skipIf(findRabbitmq(process.env) === undefined)('the channel events', () => {
  const root = mkdtempSync(join(tmpdir(), 'seckill-events-'))
  let stack: Stack
  let sale: NotifiedSale
  let notifier: ServingNotifier
  let subscriber: Connection
  const received: {
    readonly messageId: string
    readonly routingKey: string
    readonly event: Record<string, unknown>
  }[] = []

  beforeAll(async () => {
    const { RABBITMQ_URL: _, ...given } = process.env
    const env = { ...given, DATABASE_URL: process.env.DATABASE_MIGRATION_URL }
    stack = await startStack({ root, name: 'events', env, with: ['rabbitmq'] })
    sale = await openSale()
    subscriber = new Connection({ url: stack.rabbitmqUrl ?? '', retryLow: 100, retryHigh: 1_000 })
    subscriber.on('error', () => {})
    const queue = 'orders-of-another-system'
    const exchange = { exchange: 'seckill.events', type: 'topic', durable: true }
    const ready = Promise.withResolvers<void>()
    const consumer = subscriber.createConsumer(
      {
        queue,
        queueOptions: { queue, durable: true },
        exchanges: [exchange],
        queueBindings: [{ exchange: exchange.exchange, queue, routingKey: 'order.*' }],
      },
      ({ messageId = '', routingKey, body }) => {
        received.push({ messageId, routingKey, event: JSON.parse(body.toString()) })
      },
    )
    consumer.on('ready', () => ready.resolve())
    consumer.on('error', () => {})
    await ready.promise
    notifier = await startNotifier({
      DATABASE_URL: sale.url,
      NOTIFIER_CHANNELS: 'events',
      RABBITMQ_URL: stack.rabbitmqUrl ?? '',
    })
  }, brokerTimeoutMs)
  afterAll(async () => {
    notifier?.child.kill('SIGKILL')
    await notifier?.exited
    subscriber?.unsafeDestroy()
    await sale?.drop()
    await resetStack({ root, name: 'events' })
    rmSync(root, { recursive: true, force: true })
  }, brokerTimeoutMs)

  /** The event ids that orders of these notifications have. */
  const eventIds = (notifications: readonly string[]) => notifications.map((id) => `${id}.order.created`).sort()
  const receivedIds = () => [...new Set(received.map(({ messageId }) => messageId))].sort()

  it('publishes each order to the queues that subscribe to orders, as a CloudEvent', async () => {
    const sold = await sale.sell(50)
    await expect.poll(receivedIds).toEqual(eventIds(sold))
    for (const { messageId, routingKey, event } of received) {
      const traceId = parseNotificationId(messageId.replace(/\.order\.created$/, ''))?.reservationId
      expect(event).toMatchObject({ specversion: '1.0', id: messageId, type: routingKey, subject: traceId })
      expect(event.data).toMatchObject({ traceId, orderId: expect.any(String), units: 1 })
    }
    await expect.poll(() => sale.count('events', 'SENT')).toBe(50)
  })

  it(
    'keeps the events of a sale while the broker is away, and publishes each of them when it is back',
    async () => {
      const before = receivedIds()
      await killService(stack, 'rabbitmq', 'SIGTERM')
      const sold = await sale.sell(30)
      await expect.poll(() => sale.count('events', 'PENDING')).toBe(30)
      expect((await notifier.read('/ready')).status).toBe(200)
      await restartService(stack, 'rabbitmq')
      await expect.poll(receivedIds, { timeout: brokerTimeoutMs }).toEqual([...before, ...eventIds(sold)].sort())
      await expect.poll(() => sale.count('events', 'SENT')).toBe(80)
    },
    brokerTimeoutMs,
  )
})
