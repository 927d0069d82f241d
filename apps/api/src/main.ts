import closeWithGrace from 'close-with-grace'
import { readConfig } from './config.js'
import { type RunningApi, serve } from './serve.js'

/** Reads the configuration, serves, and on a signal drains within the configured time. */
const main = async (): Promise<void> => {
  const config = readConfig()
  const api: RunningApi = await serve(config)
  const { logger } = api.dependencies
  closeWithGrace({ delay: config.shutdownGraceMs, logger: false }, async ({ err, signal }) => {
    if (err !== undefined) logger.fatal({ err }, 'unexpected error; going down')
    logger.info({ signal }, 'draining')
    await api.close()
    logger.info('stopped')
  })
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  // Clients that were opened before the failure would keep the process up.
  process.exit(1)
}
