import { runProcess } from 'seckill-process/run'
import { readConfig } from './config.js'
import { createLogger, installRuntime } from './logging.js'
import { openSdkMetrics } from './sdk-metrics.js'
import { startWorkerProcess } from './worker-process.js'

/** Milliseconds beyond the worker's shutdown grace, for closing the connections. */
const closingMs = 2_000

await runProcess(async () => {
  const config = readConfig()
  const logger = createLogger(config.logLevel)
  const sdkMetrics = await openSdkMetrics()
  installRuntime(logger, sdkMetrics.address)
  const { finished, stop } = await startWorkerProcess(config, logger, sdkMetrics)
  return { logger, graceMs: config.shutdownGraceMs + closingMs, finished, stop }
})
