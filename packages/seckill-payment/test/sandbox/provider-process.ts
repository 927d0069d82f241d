import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

const entry = fileURLToPath(new URL('../../../../apps/provider/dist/main.js', import.meta.url))

export const apiKey = 'api-key-for-the-tests-0123456789'
const adminKey = 'admin-key-for-the-tests-0123456789'
export const webhookSecret = `whsec_${Buffer.from('a secret of the tests, 32 bytes!').toString('base64')}`

/** apps/provider as a process of its own. */
export interface ProviderProcess {
  readonly url: string
  /** Sets the behaviour to every payment with a merchant reference. */
  behave(merchantReference: string, behaviour: Readonly<Record<string, number>>): Promise<void>
  /** Pays as the payer does. */
  pay(paymentId: string): Promise<void>
  stop(): Promise<void>
}

/** Starts the built provider with a new journal, and waits until it serves. */
export async function startProviderProcess(): Promise<ProviderProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'seckill-payment-'))
  const readyFile = join(folder, 'ready.json')
  const env = {
    PORT: '0',
    LOG_LEVEL: 'silent',
    READY_FILE: readyFile,
    PROVIDER_API_KEY: apiKey,
    PROVIDER_ADMIN_KEY: adminKey,
    PROVIDER_WEBHOOK_SECRETS: webhookSecret,
    PROVIDER_JOURNAL: join(folder, 'journal.jsonl'),
  }
  const child = spawn(process.execPath, [entry], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  await vi.waitFor(
    () => {
      if (!existsSync(readyFile)) throw new Error(`The provider does not serve; its exit code is ${child.exitCode}.`)
    },
    { timeout: 15_000 },
  )
  const { port } = JSON.parse(readFileSync(readyFile, 'utf8')) as { readonly port: number }
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    async behave(merchantReference, behaviour) {
      const path = `/admin/behaviour/references/${encodeURIComponent(merchantReference)}`
      await send('PUT', `${url}${path}`, behaviour, { authorization: `Bearer ${adminKey}` })
    },
    pay: (paymentId) => send('POST', `${url}/pay/${paymentId}`, { action: 'pay' }),
    async stop() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

async function send(method: string, url: string, body: unknown, headers: Record<string, string> = {}): Promise<void> {
  const json = { ...headers, 'content-type': 'application/json' }
  const response = await fetch(url, { method, headers: json, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
}
