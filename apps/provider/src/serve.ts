import { type Logger, pino } from 'pino'
import { writeReadyFile } from 'seckill-process/ready-file'
import { createApp } from './api/app.js'
import { listen } from './api/server.js'
import { createSilence } from './api/silence.js'
import { createBehaviours } from './behaviour/behaviours.js'
import { createCallbackQueue } from './callbacks/queue.js'
import { createSend } from './callbacks/send.js'
import type { Config } from './config.js'
import { openJournal } from './journal/open.js'
import { createMetrics } from './metrics.js'
import type { Provider } from './state/provider.js'
import { resume } from './state/resume.js'
import { createStore } from './state/store.js'
import { createTimers } from './timers.js'

/** The share of the grace that callbacks under way have. */
const callbackGraceShare = 0.3

/** A running provider. */
export interface RunningProvider {
  readonly port: number
  readonly logger: Logger
  /** Rejects when the journal cannot be written. */
  readonly failed: Promise<never>
  /** Finishes the requests under way; callbacks that are still to be sent stay in the journal. */
  close(): Promise<void>
}

/** Reads the journal, listens, and goes on with what a former process has left. @throws when the journal or the port is not usable */
export async function serve(config: Config): Promise<RunningProvider> {
  const logger = pino({ level: config.logLevel, base: { app: 'seckill-provider', pid: process.pid } })
  const store = createStore()
  const metrics = createMetrics(() => store.pendingCallbackCount())
  const journal = await openJournal(config.journal, store, {
    compactFrom: config.journalCompactFrom,
    onBatch: metrics.batch,
    onCompaction: metrics.compaction,
  })
  const timers = createTimers(Date.now)
  const behaviours = createBehaviours(config.behaviour)
  const send = createSend({ secrets: config.webhookSecrets, timeoutMs: config.callbackTimeoutMs })
  const shared = { store, journal, timers, now: Date.now }
  const queue = createCallbackQueue({
    ...shared,
    draws: behaviours.draws,
    send,
    policy: config.retry,
    logger,
    onAttempt: metrics.attempt,
  })
  const silence = createSilence()
  let origin = config.publicUrl?.replace(/\/$/, '') ?? ''
  const provider: Provider = {
    ...shared,
    behaviours,
    maxRecords: config.maxRecords,
    deliver: queue.deliver,
    onChange: metrics.change,
    paymentUrl: (paymentId) => `${origin}/pay/${paymentId}`,
  }
  const { keys, maxInFlight } = config
  const app = createApp({ provider, silence, metrics, logger, keys, maxInFlight })

  async function close(): Promise<void> {
    timers.stop()
    silence.stop()
    await Promise.all([server.close(), queue.stop(config.shutdownGraceMs * callbackGraceShare)])
    await journal.close()
  }

  const server = await listen(app, config).catch(async (error: unknown) => {
    await journal.close()
    throw error
  })
  const { port } = server
  if (origin === '') origin = originOf(config.host, port)
  resume(provider)
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, { port })
  logger.info({ port, host: config.host, payments: store.payments.length }, 'listening')
  return { port, logger, failed: journal.failed, close }
}

function originOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
