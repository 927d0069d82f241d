import { runProcess } from 'seckill-process/run'
import { createLogger, installRuntime } from '../logging.js'
import { openSdkMetrics } from '../sdk-metrics.js'
import { readConfig } from './config.js'
import { startService } from './service-process.js'

/** Milliseconds beyond the worker's shutdown grace, for closing the connections. */
const closingMs = 2_000

await runProcess(async () => {
  const config = readConfig()
  const logger = createLogger(config.logLevel)
  const sdkMetrics = await openSdkMetrics()
  installRuntime(logger, sdkMetrics.address)
  const { finished, stop } = await startService(config, logger, sdkMetrics)
  return { logger, graceMs: config.shutdownGraceMs + closingMs, finished, stop }
})
