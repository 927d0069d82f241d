import { mkdir } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { StackError } from '../stack-error.js'
import type { ObtainableServer } from './obtain-server.js'
import { obtainServer } from './obtain-server.js'
import type { ServiceDriver } from './service-driver.js'

/** How Redis is found and installed. */
export const redisServer: ObtainableServer = {
  title: 'Redis',
  programs: ['redis-server', 'valkey-server'],
  apt: { names: ['redis-server', 'valkey-server'], unit: 'redis-server.service' },
  image: 'redis:7.4',
  install: {
    debian: 'sudo apt-get install redis-server',
    mac: 'brew install redis',
    other: 'install Redis 6.2 or newer, or Valkey',
  },
  variable: 'REDIS_URL',
}

/** What makes an acknowledged write survive a kill: each event loop turn is on disk before its answers go out. */
const durability = [
  ['--appendonly', 'yes'],
  ['--appendfsync', 'always'],
  ['--no-appendfsync-on-rewrite', 'no'],
  ['--maxmemory-policy', 'noeviction'],
  ['--save', ''],
].flat()

/** Redis or Valkey, append-only. */
export const redisDriver: ServiceDriver = {
  service: 'redis',
  title: 'Redis',
  stopGraceMs: 10_000,
  hasUi: false,
  given: ({ REDIS_URL }) => (REDIS_URL ? { REDIS_URL } : undefined),
  obtain: (context) => obtainServer(redisServer, context),
  prepare: async ({ layout }, { dataDir, version }) => {
    requireVersion(version)
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await mkdir(layout.logsDir, { recursive: true, mode: 0o700 })
  },
  // Without a rewritten title the command line keeps the data directory, by which the process is recognised.
  args: (_context, { dataDir, port }) => [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dataDir, '--daemonize', 'no'],
    ...['--set-proc-title', 'no', ...durability],
  ],
  container: async (_context, record) => ({
    ...record,
    containerPort: 6379,
    dataPath: '/data',
    env: {},
    files: {},
    args: ['redis-server', ...durability],
  }),
  env: (_state, { port }) => ({ REDIS_URL: `redis://127.0.0.1:${port}` }),
  check: ({ REDIS_URL = '' }) => ping(REDIS_URL),
}

async function ping(url: string): Promise<string> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 3_000, commandTimeout: 3_000, retryStrategy: null })
  let failure: Error | undefined
  redis.on('error', (error: Error) => {
    failure = error
  })
  try {
    await redis.connect()
    await redis.ping()
    const info = await redis.info('server')
    return `Redis ${/^redis_version:(.+)$/m.exec(info)?.[1]?.trim() ?? '(unknown version)'}`
  } catch (error) {
    throw failure ?? error
  } finally {
    redis.disconnect()
  }
}

/** @throws StackError `PREPARE_FAILED` for a Redis older than 6.2. */
function requireVersion(line: string): void {
  const [, major = 0, minor = 0] = (/v=(\d+)\.(\d+)/.exec(line) ?? []).map(Number)
  if (major > 6 || (major === 6 && minor >= 2)) return
  const hint = `Type: ${redisServer.install.debian}\nOr set REDIS_URL to a newer server.`
  throw new StackError('PREPARE_FAILED', `Redis 6.2 or newer is needed; this is ${line}`, hint)
}
