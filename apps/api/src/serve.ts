import { listen } from 'seckill-process/listening'
import { writeReadyFile } from 'seckill-process/ready-file'
import { openTraces } from 'seckill-traces'
import { createAdminApp } from './admin-app.js'
import { createApp } from './app.js'
import type { Config } from './config.js'
import { createDependencies, type Dependencies } from './dependencies.js'
import { createHttpServer } from './http/server.js'
import { createLogger } from './traces/logger.js'

const backlog = 4_096

/** A running API on both ports. */
export interface RunningApi {
  readonly port: number
  readonly adminPort: number
  readonly dependencies: Dependencies
  /**
   * Stops accepting connections, ends the event streams, finishes the requests and starts under way, flushes the tallies and closes the
   * clients.
   */
  close(): Promise<void>
}

/** Listens on both ports and starts the dispatcher. @throws when a port cannot be bound */
export async function serve(config: Config): Promise<RunningApi> {
  const logger = createLogger(config)
  const traces = await openTraces(config.traces, 'seckill-api', logger)
  const dependencies = createDependencies(config, logger, traces)
  const { host } = config
  const api = await listen(createHttpServer(createApp(dependencies)), { host, port: config.port, backlog })
  const admin = await listen(createHttpServer(createAdminApp(dependencies)), { host, port: config.adminPort, backlog })
  const ports = { port: api.port, adminPort: admin.port }
  dependencies.start()
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, ports)
  logger.info({ ...ports, host, mode: config.mode }, 'listening')
  return {
    ...ports,
    dependencies,
    async close() {
      dependencies.readiness.drain()
      dependencies.live.stop()
      await Promise.all([dependencies.events.stop(), api.close(), admin.close()])
      await dependencies.stop()
      await traces?.close()
    },
  }
}
