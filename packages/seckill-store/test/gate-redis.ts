import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { dropLastCommands } from 'seckill-store/testing'

/** A Redis of a test's own, on disk the way the sale needs it; it may be killed, emptied and cut short. */
export interface OwnRedis {
  readonly url: string
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
  /** With more arguments of `redis-server`, if any; returns when it has read its file. */
  start(...more: readonly string[]): Promise<void>
  /** SIGSTOP: it answers no command until `thaw`, and then runs all it was sent. */
  freeze(): void
  thaw(): void
  /** While it is stopped: cuts the last commands off its append-only file; a script's writes count as one. */
  dropLastCommands(count: number): Promise<void>
  remove(): Promise<void>
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'seckill-gate-'))
  const port = await freePort()
  let server: ChildProcess | undefined
  const start = async (...more: readonly string[]): Promise<void> => {
    server = spawn('redis-server', [...redisArguments(port, dir), ...more], { stdio: ['ignore', 'pipe', 'ignore'] })
    await accepting(server)
  }
  const kill = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  // Also when the tests end without their afterAll.
  const end = (): void => void server?.kill('SIGKILL')
  process.once('exit', end)
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    dropLastCommands: (count) => dropLastCommands(dir, count),
    remove: async () => {
      await kill()
      process.off('exit', end)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function redisArguments(port: number, dir: string): string[] {
  const safe = ['--appendonly', 'yes', '--appendfsync', 'always', '--no-appendfsync-on-rewrite', 'no', '--save', '']
  return [
    ...safe,
    '--enable-debug-command',
    'yes',
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    dir,
    '--maxmemory-policy',
    'noeviction',
  ]
}

async function accepting(server: ChildProcess): Promise<void> {
  if (server.stdout === null) throw new Error('redis-server has no output')
  const lines: string[] = []
  for await (const line of createInterface({ input: server.stdout })) {
    lines.push(line)
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume()
      return
    }
  }
  throw new Error(`redis-server did not start:\n${lines.join('\n')}`)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
