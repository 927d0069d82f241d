import closeWithGrace from 'close-with-grace'
import { readConfig } from './config.js'
import { createLogger, installRuntime } from './logging.js'
import { startWorkerProcess } from './worker-process.js'

/** Beyond the worker's own grace, for closing the connections, in milliseconds. */
const CLOSING_MS = 2_000

/** Reads the configuration, works, and on a signal lets steps in flight end. */
async function main(): Promise<void> {
  const config = readConfig()
  const logger = createLogger(config.logLevel)
  installRuntime(logger)
  const worker = await startWorkerProcess(config, logger)
  closeWithGrace({ delay: config.shutdownGraceMs + CLOSING_MS, logger: false }, async ({ err, signal }) => {
    if (err !== undefined) logger.fatal({ err }, 'unexpected error; going down')
    else logger.info({ signal }, 'stopping: steps in flight may end')
    await worker.stop()
    logger.info('stopped')
  })
  await worker.finished
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  // Clients that were opened before the failure would keep the process up.
  process.exit(1)
}
