import type { Logger } from 'pino'
import { runProcess } from 'seckill-process/run'
import { createLogger, installRuntime } from './logging.js'
import { openSdkMetrics } from './sdk-metrics.js'

/** Milliseconds beyond the worker's shutdown grace, for closing the connections. */
const closingMs = 2_000

/** A worker that runs. */
interface Running {
  /** Resolves when the worker has ended by itself, or was stopped. */
  readonly finished: Promise<void>
  stop(): Promise<void>
}

/** Runs a worker as the process: with its log, the SDK's metrics, and a shutdown on a signal. */
export async function runWorker<TConfig extends { readonly logLevel: string; readonly shutdownGraceMs: number }>(
  readConfig: () => TConfig,
  start: (config: TConfig, logger: Logger, sdkMetrics: Awaited<ReturnType<typeof openSdkMetrics>>) => Promise<Running>,
): Promise<void> {
  await runProcess(async () => {
    const config = readConfig()
    const logger = createLogger(config.logLevel)
    const sdkMetrics = await openSdkMetrics()
    installRuntime(logger, sdkMetrics.address)
    const { finished, stop } = await start(config, logger, sdkMetrics)
    return { logger, graceMs: config.shutdownGraceMs + closingMs, finished, stop }
  })
}
