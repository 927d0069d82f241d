import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { expect } from 'vitest'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** Terms of a provider that is not there. */
const paymentTerms = {
  PAYMENT_PROVIDER_URL: 'http://127.0.0.1:9',
  PAYMENT_API_KEY: 'a-key-of-at-least-24-characters',
  PAYMENT_WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  PAYMENT_CALLBACK_URL: 'http://127.0.0.1:9/webhooks/payments',
  PAYMENT_RETURN_URL: 'http://127.0.0.1:9/',
}

interface Launched {
  readonly child: ChildProcess
  /** Everything it has written so far. */
  output(): string
}

/** A worker that runs, with its probes. */
interface ReadyWorker extends Launched {
  probe(path: string): Promise<Response>
}

/** The worker processes of a test file, on a database and in a namespace of its own, so that no other worker takes its runs. */
export interface WorkerProcesses extends Pick<TemporaryDatabase, 'db' | 'url'> {
  readonly client: Client
  /** Starts a worker; `changes` replace variables of its environment. */
  launch(changes?: NodeJS.ProcessEnv): Launched
  /** Starts a worker and waits for its READY_FILE. */
  launchReady(changes?: NodeJS.ProcessEnv): Promise<ReadyWorker>
  /** Kills every worker that still runs. */
  killAll(): Promise<void>
  close(): Promise<void>
}

/** Prepares a database and a namespace for workers. */
export async function openWorkerProcesses(): Promise<WorkerProcesses> {
  const address = process.env.TEMPORAL_ADDRESS as string
  const namespace = `seckill-workers-${randomUUID()}`
  const database = await temporaryDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'seckill-workers-'))
  const connection = await Connection.connect({ address })
  const retention = { seconds: 86_400 as never }
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
  const running = new Set<ChildProcess>()
  const environment = {
    PATH: process.env.PATH,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    DATABASE_URL: database.url,
    REDIS_URL: process.env.REDIS_URL,
    SECKILL_MODE: 'local',
    INSTALLATION_KEYS_FILE: join(directory, 'installation-keys.json'),
    ...paymentTerms,
  }
  const launch = (changes: NodeJS.ProcessEnv = {}) => {
    const launched = start({ ...environment, ...changes })
    running.add(launched.child)
    launched.child.once('exit', () => running.delete(launched.child))
    return launched
  }
  return {
    db: database.db,
    url: database.url,
    client: new Client({ connection, namespace }),
    launch,
    launchReady: (changes) => {
      const readyFile = join(directory, `${randomUUID()}.json`)
      return whenReady(launch({ READY_FILE: readyFile, ...changes }), readyFile)
    },
    killAll: async () => {
      for (const child of running) await kill(child, 'SIGKILL')
    },
    close: async () => {
      await connection.close()
      await database.drop()
      await rm(directory, { recursive: true })
    },
  }
}

/** Sends a signal, and waits until the process has ended. */
export async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  await exit
}

function start(env: NodeJS.ProcessEnv): Launched {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return { child, output: () => text }
}

async function whenReady(launched: Launched, readyFile: string): Promise<ReadyWorker> {
  const read = () => readFile(readyFile, 'utf8').then(JSON.parse)
  await expect.poll(read, { timeout: 30_000, interval: 20 }).toEqual({ healthPort: expect.any(Number) })
  const { healthPort } = await read()
  return { ...launched, probe: (path) => fetch(`http://127.0.0.1:${healthPort}${path}`) }
}
