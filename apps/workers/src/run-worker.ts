import type { Logger } from 'pino'
import { runProcess } from 'seckill-process/run'
import { openTraces, type Traces } from 'seckill-traces'
import type { TraceConfig } from 'seckill-traces/configuration'
import { createLogger, installRuntime } from './logging.js'
import { openSdkMetrics, type SdkMetrics } from './sdk-metrics.js'

/** Milliseconds beyond the worker's shutdown grace, for closing the connections. */
const closingMs = 2_000

/** A worker that runs. */
interface Running {
  /** Resolves when the worker has ended by itself, or was stopped. */
  readonly finished: Promise<void>
  stop(): Promise<void>
}

/** What every worker's configuration has. */
interface CommonConfig {
  readonly logLevel: string
  readonly traces: TraceConfig | undefined
  readonly shutdownGraceMs: number
}

/** Where a worker tells of itself. */
export interface Telemetry {
  readonly logger: Logger
  readonly sdkMetrics: SdkMetrics
  /** Undefined where no spans are recorded. */
  readonly traces: Traces | undefined
}

/** Runs a worker as the process: with its log, the SDK's metrics, and a shutdown on a signal. */
export async function runWorker<TConfig extends CommonConfig>(
  readConfig: () => TConfig,
  start: (config: TConfig, telemetry: Telemetry) => Promise<Running>,
): Promise<void> {
  await runProcess(async () => {
    const config = readConfig()
    const logger = createLogger(config.logLevel)
    const sdkMetrics = await openSdkMetrics()
    installRuntime(logger, sdkMetrics.address)
    const traces = await openTraces(config.traces, 'seckill-worker', logger)
    const { finished, stop } = await start(config, { logger, sdkMetrics, traces })
    const stopAndSend = () => stop().finally(() => traces?.close())
    return { logger, graceMs: config.shutdownGraceMs + closingMs, finished, stop: stopAndSend }
  })
}
