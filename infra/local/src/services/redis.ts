import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { StackError } from '../stack-error.js'
import type { StackLayout } from '../stack-layout.js'
import type { StackState } from '../state/stack-state.js'
import type { ObtainableServer } from './obtain-server.js'
import { obtainServer } from './obtain-server.js'
import type { ServiceDriver } from './service-driver.js'

/** The programs, package and image of Redis. */
export const redisServer: ObtainableServer = {
  service: 'redis',
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

/** Settings under which an acknowledged write survives a kill: Redis syncs its append-only file before it answers. */
export const redisDurability = [
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
  prepare: async ({ layout, state }, { dataDir, version }) => {
    requireVersion(version)
    await writePasswordFile(layout, state, 0o600)
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await mkdir(layout.logsDir, { recursive: true, mode: 0o700 })
  },
  // A process is recognised by the data directory in its command line, which a rewritten title would remove.
  args: ({ layout }, { dataDir, port }) => [
    passwordFile(layout),
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', dataDir, '--daemonize', 'no'],
    ...['--set-proc-title', 'no', ...redisDurability],
  ],
  container: async ({ layout, state }, record) => ({
    ...record,
    containerPort: 6379,
    dataPath: '/data',
    env: {},
    files: { [await writePasswordFile(layout, state, 0o644)]: '/etc/seckill-redis.conf' },
    args: ['redis-server', '/etc/seckill-redis.conf', ...redisDurability],
  }),
  env: ({ passwords }, { port }) => ({ REDIS_URL: `redis://:${passwords.app}@127.0.0.1:${port}` }),
  check: async ({ REDIS_URL = '' }) => (await Promise.all(REDIS_URL.split(',').map(ping)))[0] ?? '',
}

function passwordFile(layout: StackLayout): string {
  return join(layout.serviceDir('redis'), 'redis.conf')
}

/** Writes the password to a file, because every user of the machine can read a command line; returns the file. */
async function writePasswordFile(layout: StackLayout, { passwords }: StackState, mode: number): Promise<string> {
  const file = passwordFile(layout)
  await mkdir(layout.serviceDir('redis'), { recursive: true, mode: 0o700 })
  await writeFile(file, `requirepass ${passwords.app}\n`, { mode })
  await chmod(file, mode)
  return file
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
    const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1]
    if (valkey !== undefined) return `Valkey ${valkey}`
    return `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1] ?? '(unknown version)'}`
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
  throw new StackError('PREPARE_FAILED', `Redis 6.2 or newer is needed; this is ${line}.`, hint)
}
