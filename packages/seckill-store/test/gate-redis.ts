import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

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

async function dropLastCommands(dir: string, count: number): Promise<void> {
  const folder = join(dir, 'appendonlydir')
  const name = (await readdir(folder))
    .filter((file) => file.endsWith('.incr.aof'))
    .sort()
    .at(-1)
  if (name === undefined) throw new Error(`no append-only file in ${folder}`)
  const file = join(folder, name)
  const bytes = await readFile(file)
  const starts = commandStarts(bytes)
  if (starts.length < count) throw new Error(`${name} has ${starts.length} commands, not ${count}`)
  await writeFile(file, bytes.subarray(0, starts[starts.length - count]))
}

/** The offsets of the commands; MULTI to EXEC is one. */
function commandStarts(bytes: Buffer): number[] {
  const starts: number[] = []
  let inTransaction = false
  for (let at = 0; at < bytes.length; ) {
    const { words, end } = readCommand(bytes, at)
    const verb = words[0]?.toUpperCase()
    if (!inTransaction) starts.push(at)
    if (verb === 'MULTI') inTransaction = true
    if (verb === 'EXEC') inTransaction = false
    at = end
  }
  return starts
}

function readCommand(bytes: Buffer, from: number): { words: string[]; end: number } {
  const words: string[] = []
  let at = from
  const line = (): string => {
    const end = bytes.indexOf('\r\n', at)
    const text = bytes.toString('latin1', at, end)
    at = end + 2
    return text
  }
  for (let left = Number(line().slice(1)); left > 0; left -= 1) {
    const length = Number(line().slice(1))
    words.push(bytes.toString('latin1', at, at + length))
    at += length + 2
  }
  return { words, end: at }
}
