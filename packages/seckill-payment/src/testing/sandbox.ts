import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { SandboxOptions } from '../sandbox/index.js'

const entry = fileURLToPath(new URL('../../../../apps/provider/dist/main.js', import.meta.url))
const startTimeoutMs = 15_000

/** A provider process of a test's own, with its journal. */
export interface Sandbox {
  /** What `createSandboxProvider` takes. */
  readonly options: SandboxOptions
  /** Pays a payment as its payer does, by the address of its page. */
  pay(payUrl: string): Promise<void>
  /** Sets the behaviour at large anew; what is left out gets its default. */
  behave(behaviour: Readonly<Record<string, unknown>>): Promise<void>
  /** Sets the behaviour to one payment, by the sale's id of it. */
  behaveTo(paymentId: string, behaviour: Readonly<Record<string, unknown>>): Promise<void>
  /** Sends SIGKILL, and waits until the process has ended. */
  kill(): Promise<void>
  /** Starts the process again on its port, with its journal. */
  restart(): Promise<void>
  /** Ends the process and deletes its journal. */
  close(): Promise<void>
}

/** Terms of a sandbox that a test chooses. */
export interface SandboxStart {
  /** The address of callbacks; without one they go nowhere. */
  readonly callbackUrl?: string
  readonly timeoutMs?: number
}

/** Starts the built provider, apps/provider, on a free port. @throws Error with its output when it does not serve */
export async function startSandbox({ callbackUrl, timeoutMs = 2_000 }: SandboxStart = {}): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'provider-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const [apiKey, adminKey] = [newKey(), newKey()]
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const env = {
    PORT: String(port),
    PROVIDER_API_KEY: apiKey,
    PROVIDER_ADMIN_KEY: adminKey,
    PROVIDER_WEBHOOK_SECRETS: secret,
    PROVIDER_JOURNAL: join(folder, 'journal.jsonl'),
    LOG_LEVEL: 'warn',
    // A test's callbacks that fail are tried again soon.
    CALLBACK_FIRST_MS: '50',
    CALLBACK_LONGEST_MS: '1000',
  }
  let child = await startProcess(env, url)
  return {
    options: {
      url,
      apiKey,
      webhookSecrets: [secret],
      callbackUrl: callbackUrl ?? 'http://127.0.0.1:9/callbacks',
      timeoutMs,
    },
    pay: (payUrl) => send(payUrl, 'POST', { action: 'pay' }),
    behave: (behaviour) => send(`${url}/admin/behaviour`, 'PUT', behaviour, adminKey),
    behaveTo: (paymentId, behaviour) =>
      send(`${url}/admin/behaviour/references/${encodeURIComponent(paymentId)}`, 'PUT', behaviour, adminKey),
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      child = await startProcess(env, url)
    },
    close: async () => {
      await end(child, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function newKey(): string {
  return randomBytes(24).toString('base64url')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A loopback server has no port.')
  return address.port
}

async function startProcess(env: Readonly<Record<string, string>>, url: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [entry], { env: { PATH: process.env.PATH, ...env } })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const until = performance.now() + startTimeoutMs
  while (child.exitCode === null && performance.now() < until) {
    const serves = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    )
    if (serves) return child
    await delay(20)
  }
  child.kill('SIGKILL')
  throw new Error(`The provider at ${url} does not serve after ${startTimeoutMs / 1_000} s: ${output}`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

async function send(url: string, method: string, body: object, key?: string): Promise<void> {
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) }
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url} was answered ${response.status}: ${text}`)
}
