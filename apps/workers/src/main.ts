import { runProcess } from 'seckill-process/run'
import { readConfig } from './config.js'
import { createLogger, installRuntime } from './logging.js'
import { startWorkerProcess } from './worker-process.js'

/** Milliseconds beyond the worker's shutdown grace, for closing the connections. */
const closingMs = 2_000

await runProcess(async () => {
  const config = readConfig()
  const logger = createLogger(config.logLevel)
  installRuntime(logger)
  const { finished, stop } = await startWorkerProcess(config, logger)
  return { logger, graceMs: config.shutdownGraceMs + closingMs, finished, stop }
})
