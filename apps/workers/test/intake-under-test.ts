import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import {
  type BrokerNames,
  createPublisherMetrics,
  createRunPublisher,
  namesOf,
  openBroker,
} from 'seckill-intake/broker'
import type { TakenRun } from 'seckill-intake/starting'
import { newRunId } from 'seckill-intake/starting'
import { findRabbitmq, resetStack, type Stack, startStack } from 'seckill-local-stack'
import { connectGateRedis, createGate, newReservationId } from 'seckill-store/gate'
import { seedCampaign } from 'seckill-store/testing'
import { startIntake } from '../src/intake.js'
import { openWorkerProcesses } from './worker-processes.js'

/** Reports whether this machine has a RabbitMQ, or the environment names one. */
export function hasRabbitmq(): boolean {
  if (findRabbitmq(process.env) !== undefined) return true
  process.stderr.write('  The tests of RabbitMQ are skipped: install rabbitmq-server.\n')
  return false
}

const logger = pino({ level: 'silent' })

/** A private broker beside the servers of the test run, with a gate, a database and a namespace. */
export async function openIntakeUnderTest() {
  const root = mkdtempSync(join(tmpdir(), 'seckill-intake-'))
  const { RABBITMQ_URL: _, ...given } = process.env
  const env = { ...given, DATABASE_URL: process.env.DATABASE_MIGRATION_URL }
  const stack = await startStack({ root, name: 'intake', env, with: ['rabbitmq'] })
  const { client, db, close } = await openWorkerProcesses()
  const redis = connectGateRedis(process.env.REDIS_URL ?? '')
  const gate = createGate(redis)
  const url = stack.rabbitmqUrl ?? ''
  return {
    stack,
    client,
    db,
    gate,
    url,
    /** Puts a voucher on sale, and has shoppers admitted: the lanes of one run. */
    async admitted(shoppers: number): Promise<number> {
      const { voucherId, gate: campaign } = await seedCampaign(db, { total: shoppers })
      if (campaign === null) throw new Error('the campaign is a draft')
      await gate.apply(campaign)
      for (let userId = 1; userId <= shoppers; userId++)
        await gate.admit({ voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId) })
      return voucherId
    },
    /** Takes a run from the gate, as a dispatcher does. */
    async take(voucherId: number, leaseMs = 600_000): Promise<TakenRun | undefined> {
      const taken = await gate.take({ voucherId, runId: newRunId(voucherId), maxLanes: 100, leaseMs, maxOpenRuns: 32 })
      return 'runId' in taken ? { voucherId, runId: taken.runId, lanes: taken.lanes } : undefined
    },
    async close() {
      redis.disconnect()
      await close()
      await resetStack({ root, name: 'intake' })
      rmSync(root, { recursive: true, force: true })
    },
    /** One leg with exchanges and queues of its own. */
    leg: (prefix: string) => openLeg({ stack, url, prefix, redis, client, db }),
  }
}

interface LegOptions {
  readonly stack: Stack
  readonly url: string
  readonly prefix: string
  readonly redis: ReturnType<typeof connectGateRedis>
  readonly client: Awaited<ReturnType<typeof openWorkerProcesses>>['client']
  readonly db: Awaited<ReturnType<typeof openWorkerProcesses>>['db']
}

function openLeg({ url, prefix, redis, client, db }: LegOptions) {
  const names: BrokerNames = namesOf(prefix)
  const registry = new Registry()
  const connection = openBroker({ url, prefix }, 'tests', logger)
  const operator = openBroker({ url, prefix }, 'operator', logger)
  const config = { url, prefix, leaseMs: 60_000, confirmMs: 5_000 }
  const metrics = createPublisherMetrics([registry], () => connection.ready)
  const publisher = createRunPublisher({ connection, config, metrics, logger })
  const consumed = new Registry()
  let consumers: ReturnType<typeof startIntake> | undefined
  return {
    names,
    publisher,
    /** A connection of an operator, beside those of publisher and consumers. */
    operator,
    /** A publisher that gives up after a lease of its own. */
    publisherFor: (leaseMs: number) =>
      createRunPublisher({ connection, config: { ...config, leaseMs, confirmMs: 500 }, metrics, logger }),
    /** Starts the consumers; `temporal` in place of the client that reaches Temporal. */
    consume({ temporal = client, holdMs = 60_000 } = {}) {
      const terms = { url, prefix, prefetch: 2, holdMs }
      consumers = startIntake(terms, {
        db,
        redis,
        client: temporal,
        servicesApart: [],
        traces: undefined,
        registry: consumed,
        logger,
      })
    },
    metrics: async () => `${await registry.metrics()}${await consumed.metrics()}`,
    async close() {
      await consumers?.stop()
      operator.unsafeDestroy()
      await publisher.close()
    },
  }
}
