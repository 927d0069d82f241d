import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeReadyFile } from 'seckill-process/ready-file'
import { createAdminApp } from './admin-app.js'
import { createApp } from './app.js'
import type { Config } from './config.js'
import { createDependencies, type Dependencies } from './dependencies.js'
import { createHttpServer } from './http/server.js'

const idleSweepMs = 100

/** A running API on both ports. */
export interface RunningApi {
  readonly port: number
  readonly adminPort: number
  readonly dependencies: Dependencies
  /**
   * Stops accepting connections, finishes the requests and starts under way, flushes the tallies and closes the
   * clients.
   */
  close(): Promise<void>
}

function listen(app: RequestListener, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createHttpServer(app)
    server.once('error', reject)
    server.listen({ host, port, backlog: 4_096 }, () => resolve(server))
  })
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Closes keep-alive connections as they become idle; busy ones finish their request. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs)
    server.close((error) => {
      clearInterval(sweep)
      if (error === undefined) resolve()
      else reject(error)
    })
    server.closeIdleConnections()
  })
}

/** Listens on both ports and starts the dispatcher. @throws when a port cannot be bound */
export async function serve(config: Config): Promise<RunningApi> {
  const dependencies = createDependencies(config)
  const servers = [
    await listen(createApp(dependencies), config.host, config.port),
    await listen(createAdminApp(dependencies), config.host, config.adminPort),
  ] as const
  const ports = { port: portOf(servers[0]), adminPort: portOf(servers[1]) }
  dependencies.start()
  if (config.readyFile !== undefined) await writeReadyFile(config.readyFile, ports)
  dependencies.logger.info({ ...ports, host: config.host, mode: config.mode }, 'listening')
  return {
    ...ports,
    dependencies,
    async close() {
      dependencies.readiness.drain()
      await Promise.all(servers.map(closeServer))
      await dependencies.stop()
    },
  }
}
