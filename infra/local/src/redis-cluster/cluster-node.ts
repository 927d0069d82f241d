import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { serverEnvironment } from '../discovery/executable.js'
import { freePort } from '../discovery/free-port.js'
import { type AttachedProcess, startProcess } from '../processes/attached-process.js'
import { redisDurability } from '../services/redis.js'

/** One server of a Redis Cluster; it ends with this process. */
export interface ClusterNode {
  readonly port: number
  readonly busPort: number
  readonly url: string
  /** Sends one command. @throws ioredis's error when the server does not answer or refuses */
  send(command: string, ...args: readonly (string | number)[]): Promise<unknown>
  /** Sends SIGKILL, and waits until the process has exited. */
  kill(): Promise<void>
  /** Starts it again on its ports and data. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** How long the nodes wait for a silent one, in milliseconds, until they hold it to be down. */
const nodeTimeoutMs = 2_000

interface NodePlan {
  readonly binary: string
  readonly dir: string
  readonly password: string
}

/** Starts a node that knows no other one yet. */
export async function startClusterNode({ binary, dir, password }: NodePlan): Promise<ClusterNode> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const settings = join(dir, 'redis.conf')
  await writeFile(settings, `requirepass ${password}\nmasterauth ${password}\n`, { mode: 0o600 })
  const [port, busPort] = [await freePort(), await freePort()]
  const url = `redis://:${password}@127.0.0.1:${port}`
  let running: AttachedProcess | undefined
  const node: ClusterNode = {
    port,
    busPort,
    url,
    send: (command, ...args) => withRedis(url, (redis) => redis.call(command, ...args)),
    kill: async () => {
      running?.kill('SIGKILL')
      await running?.exited
    },
    start: async () => {
      running = await startProcess({
        name: `Redis on port ${port}`,
        command: binary,
        args: [settings, ...argumentsOf(dir, port, busPort)],
        env: serverEnvironment(process.env),
        logFile: join(dir, 'redis.log'),
        ready: async () => (await node.send('PING')) === 'PONG',
        timeoutMs: 30_000,
      })
    },
    stop: async () => {
      await running?.stop()
    },
  }
  await node.start()
  return node
}

/** Without full coverage, the campaigns of other masters go on while one master is down. */
function argumentsOf(dir: string, port: number, busPort: number): readonly string[] {
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--daemonize', 'no'],
    ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-config-file', 'nodes.conf'],
    ...['--cluster-node-timeout', String(nodeTimeoutMs), '--cluster-require-full-coverage', 'no'],
    ...['--repl-diskless-sync-delay', '0', ...redisDurability],
  ]
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 2_000, commandTimeout: 3_000, retryStrategy: null })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return await use(redis)
  } finally {
    redis.disconnect()
  }
}
