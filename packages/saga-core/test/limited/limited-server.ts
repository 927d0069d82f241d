import { type ChildProcess, spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'

/** A Temporal server of its own with low limits of a run's history. */
export interface LimitedServer {
  readonly address: string
  stop(): Promise<void>
}

/** The numbers of events of one run at which the server suggests to continue as new, and at which it terminates the run. */
export interface HistoryLimits {
  readonly suggestedAt: number
  readonly terminatedAt: number
}

/** Starts the development server on a free port, with its data in a temporary directory. */
export async function limitedServer({ suggestedAt, terminatedAt }: HistoryLimits): Promise<LimitedServer> {
  const directory = await mkdtemp(join(tmpdir(), 'limited-temporal-'))
  const [port, httpPort] = [await freePort(), await freePort()]
  const settings = {
    'limit.historyCount.suggestContinueAsNew': suggestedAt,
    'limit.historyCount.error': terminatedAt,
    // A timer is due within 10 ms, not within a second.
    'history.timerProcessorMaxTimeShift': '"10ms"',
  }
  const values = Object.entries(settings).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`])
  const ports = ['--ip', '127.0.0.1', '--port', String(port), '--http-port', String(httpPort), '--headless']
  const data = ['--db-filename', join(directory, 'temporal.db'), '--log-level', 'error']
  const server = spawn(temporalProgram(), ['server', 'start-dev', ...ports, ...data, ...values], { stdio: 'ignore' })
  const address = `127.0.0.1:${port}`
  const exited = new Promise((resolve) => server.once('exit', resolve))
  const stop = async () => {
    server.kill('SIGKILL')
    await exited
    await rm(directory, { recursive: true, force: true })
  }
  await untilReady(address, server).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { address, stop }
}

/** The CLI on PATH, or the one that the local stack has downloaded. */
function temporalProgram(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const directories = (process.env.PATH ?? '').split(':').filter((directory) => directory.startsWith('/'))
  const [program] = globSync([
    ...directories.map((directory) => join(directory, 'temporal')),
    join(cache, 'seckill/temporal-*/temporal'),
  ])
  return program ?? 'temporal'
}

async function untilReady(address: string, server: ChildProcess): Promise<void> {
  for (const from = Date.now(); Date.now() - from < 60_000; ) {
    if (server.exitCode !== null) throw new Error(`the Temporal server ended with ${server.exitCode}`)
    const connection = await Connection.connect({ address, connectTimeout: 2_000 }).catch(() => undefined)
    const namespace = await connection?.workflowService
      .describeNamespace({ namespace: 'default' })
      .catch(() => undefined)
    await connection?.close()
    if (namespace) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('the Temporal server is not ready after a minute')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
