import { type Logger, pino } from 'pino'
import { createRender } from 'seckill-messages'
import { problemOf, serveHealth } from 'seckill-process/health-server'
import { addPoolMetrics } from 'seckill-process/pool-metrics'
import { createProbe } from 'seckill-process/probe'
import { writeReadyFile } from 'seckill-process/ready-file'
import { traceOf } from 'seckill-store/gate'
import {
  closeDatabase,
  connectDatabase,
  databaseNow,
  leaseDeliveries,
  poolFigures,
  readDueAges,
  recordDeliveries,
} from 'seckill-store/mysql'
import { logFormatters, openTraces } from 'seckill-traces'
import type { Channel } from './channels/channel.js'
import { createChannels } from './channels/create-channels.js'
import { traceChannel } from './channels/trace-channel.js'
import type { Config } from './config.js'
import { type Breakers, createBreakers } from './delivery/breakers.js'
import { createChannelWork } from './delivery/channel-work.js'
import { createCompose } from './delivery/compose.js'
import { deliverAll } from './delivery/deliver.js'
import { type Loop, startLoop, type Work } from './loop.js'
import { createMetrics, type Metrics } from './metrics.js'
import { createPlanningWork } from './planning.js'

/** Milliseconds that a probe of the database may take. */
const probeMs = 2_000

/** A running notifier. */
export interface RunningNotifier {
  readonly logger: Logger
  readonly healthPort: number
  /** Finishes the attempts under way; what is due stays due, also for another notifier. */
  close(): Promise<void>
}

interface Inner {
  readonly config: Config
  readonly logger: Logger
  readonly db: ReturnType<typeof connectDatabase>
  readonly channels: readonly (readonly [Channel, Breakers])[]
  readonly metrics: Metrics
}

/** Starts to plan and to send; a database that is down is waited for. @throws when the port cannot be bound */
export async function serve(config: Config): Promise<RunningNotifier> {
  const formatters = config.traces && logFormatters(traceOf)
  const base = { app: 'seckill-notifier', pid: process.pid }
  const logger = pino({ level: config.logLevel, base, ...(formatters && { formatters }) })
  const traces = await openTraces(config.traces, 'seckill-notifier', logger)
  const channels = createChannels(config, logger).map(
    (channel) =>
      [traces === undefined ? channel : traceChannel(channel, traces), createBreakers(config.retry)] as const,
  )
  const names = channels.map(([{ name }]) => name)
  // Two statements of each channel at a time, the planning, the probe and the metrics.
  const db = connectDatabase(config.databaseUrl, { poolSize: 2 * channels.length + 3 })
  const metrics = createMetrics({
    readDueAges: () => readDueAges(db, names),
    openBreakers: () => new Map(channels.map(([{ name }, breakers]) => [name, breakers.open()])),
  })
  addPoolMetrics(metrics.registry, { sale: () => poolFigures(db) })
  const { check, stop } = startLoops({ config, logger, db, channels, metrics })
  const sources = { check, metrics: metrics.registry }
  const health = await serveHealth(config.healthHost, config.healthPort, sources).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, { healthPort: health.port })
  logger.info({ healthPort: health.port, channels: names }, 'notifying')
  return {
    logger,
    healthPort: health.port,
    async close() {
      await Promise.all([stop(), health.close()])
      await traces?.close()
    },
  }
}

/** Starts the planning and each channel; a channel whose servers are down does not make the process unready. */
function startLoops(inner: Inner) {
  const { config, logger, db, channels, metrics } = inner
  const start = (name: string, work: Work): Loop => startLoop(name, work, config.pollMs, logger)
  const planning = createPlanningWork({
    db,
    channels: channels.map(([channel]) => channel),
    reminderMs: config.payReminderMs,
    onPlanned: metrics.planned,
  })
  const planner = start('planning', planning)
  const senders = channels.map(([channel, breakers]) => start(channel.name, channelWork(inner, channel, breakers)))
  const askDatabase = createProbe('The database', probeMs, () => databaseNow(db))
  return {
    check: async () => ({ database: await problemOf(askDatabase()), planning: planner.problem() }),
    async stop() {
      await Promise.all([planner, ...senders].map((loop) => loop.stop()))
      for (const [channel] of channels) channel.close()
      await closeDatabase(db)
    },
  }
}

function channelWork({ config, logger, db, metrics }: Inner, channel: Channel, breakers: Breakers): Work {
  const { timeZone, defaultLanguage, retry: policy, sendTimeoutMs, leaseMs } = config
  const compose = createCompose(createRender(timeZone), defaultLanguage)
  return createChannelWork({
    channel,
    lease: (limit) => leaseDeliveries(db, channel.name, { limit, leaseMs }),
    deliverAll: (deliveries) => deliverAll({ channel, breakers, compose, policy, sendTimeoutMs }, deliveries),
    record: (lease, attempts) => recordDeliveries(db, lease, attempts),
    onResult: (state) => metrics.result(channel.name, state),
    logger,
  })
}
