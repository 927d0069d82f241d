import { writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { startReceiver } from './callback-receiver.js'
import { type ProviderProcess, spawnProvider, startProcess } from './provider-process.js'
import { environmentOf } from './provider-under-test.js'

const running = new Set<ProviderProcess>()

async function start(env: Readonly<Record<string, string>>): Promise<ProviderProcess> {
  const started = await startProcess(env)
  running.add(started)
  void started.exited.then(() => running.delete(started))
  return started
}

afterEach(() => {
  for (const { child } of running) child.kill('SIGKILL')
})

/** What a merchant was told, by payment. */
type Told = Map<string, { captured: boolean; refunded: number }>

/** Creates, captures and refunds payments until the provider does not answer any more. */
async function workUntilKilled(provider: ProviderProcess, told: Told, callbackUrl: string): Promise<void> {
  try {
    for (;;) {
      const { id } = await provider.create({ amount: 100, callbackUrl })
      const fact = { captured: false, refunded: 0 }
      told.set(id, fact)
      fact.captured = (await provider.act(id, 'pay')).body.outcome === 'captured'
      fact.refunded = (await provider.refund(id, 30)).body.amount
    }
  } catch {
    // The process is gone.
  }
}

describe('kill -9', () => {
  it('loses no payment, capture or refund that was answered or called back, round after round', {
    timeout: 60_000,
  }, async () => {
    const receiver = await startReceiver()
    const env = environmentOf()
    const told: Told = new Map()
    for (let round = 0; round < 3; round += 1) {
      const provider = await start(env)
      const before = told.size
      const work = Array.from({ length: 8 }, () => workUntilKilled(provider, told, receiver.url))
      await expect.poll(() => told.size).toBeGreaterThan(before + 40)
      provider.child.kill('SIGKILL')
      await Promise.all([provider.exited, ...work])
    }
    const provider = await start(env)
    for (const [id, { captured, refunded }] of told) {
      const payment = await provider.find(id)
      if (captured) expect(['captured', 'partlyRefunded']).toContain(payment.state)
      expect(payment.refundedAmount).toBeGreaterThanOrEqual(refunded)
    }
    const captures = receiver.deliveries.filter(({ type }) => type === 'payment.captured')
    expect(captures.length).toBeGreaterThan(0)
    for (const { data } of captures) expect((await provider.find(data.payment.id)).state).not.toBe('open')
    await receiver.close()
  })

  it('loses none of them while the journal is written anew again and again', { timeout: 60_000 }, async () => {
    const receiver = await startReceiver()
    const env = environmentOf({ JOURNAL_COMPACT_LINES: '50' })
    const told = new Map<string, number>()
    const failUntilKilled = async ({ create, act }: ProviderProcess) => {
      try {
        for (;;) {
          const { id } = await create({ callbackUrl: receiver.url })
          for (let attempt = 1; attempt <= 20; attempt += 1) {
            await act(id, 'fail')
            told.set(id, attempt)
          }
        }
      } catch {
        // The process is gone.
      }
    }
    for (let round = 0; round < 5; round += 1) {
      const provider = await start(env)
      const work = Array.from({ length: 8 }, () => failUntilKilled(provider))
      await expect
        .poll(async () => await (await fetch(`${provider.url}/metrics`)).text())
        .toMatch(/provider_journal_compactions_total [1-9]/)
      provider.child.kill('SIGKILL')
      await Promise.all([provider.exited, ...work])
    }
    const provider = await start(env)
    expect(told.size).toBeGreaterThan(20)
    for (const [id, attempts] of told) {
      expect((await provider.find(id)).failedAttempts).toBeGreaterThanOrEqual(attempts)
    }
    await receiver.close()
  })

  it('keeps an Idempotency-Key: what was made before is found by it, and nothing is made twice', async () => {
    const env = environmentOf()
    const first = await start(env)
    const terms = { merchantReference: 'order-killed', expiresAt: Date.now() + 60_000 }
    const made = await first.createReply(terms, 'kept')
    await first.act(made.body.id, 'pay')
    const refund = await first.refund(made.body.id, 1, 'kept-refund')
    first.child.kill('SIGKILL')
    await first.exited
    const second = await start(env)
    const again = await second.createReply(terms, 'kept')
    expect([again.status, again.body.id]).toEqual([201, made.body.id])
    expect((await second.refund(made.body.id, 1, 'kept-refund')).body.id).toBe(refund.body.id)
    expect((await second.find(made.body.id)).refundedAmount).toBe(1)
  })

  it('loses no callback: it is sent by the next process, with the same id', async () => {
    const receiver = await startReceiver()
    receiver.answerWith(503)
    const env = environmentOf({ CALLBACK_MAX_ATTEMPTS: '100' })
    const first = await start(env)
    const { id } = await first.create({ callbackUrl: receiver.url })
    await first.act(id, 'pay')
    await expect.poll(() => receiver.typesOf(id).length).toBeGreaterThan(0)
    first.child.kill('SIGKILL')
    await first.exited
    const before = receiver.deliveries.length
    receiver.answerWith(204)
    await start(env)
    await expect.poll(() => receiver.deliveries.length).toBeGreaterThan(before)
    expect(new Set(receiver.deliveries.map((delivery) => delivery.id)).size).toBe(1)
    await receiver.close()
  })

  it('does not stop an expiry, a late capture or a pending refund that came due meanwhile', async () => {
    const env = environmentOf({
      PROVIDER_BEHAVIOUR: '{"refundPendingMs":3000,"captureAfterCloseShare":1,"captureAfterCloseMs":3000}',
    })
    const first = await start(env)
    const [expiring, closed, refunded] = [
      await first.create({ expiresAt: Date.now() + 4_000 }),
      await first.create(),
      await first.create(),
    ]
    await first.close(closed.id)
    await first.act(refunded.id, 'pay')
    const refund = await first.refund(refunded.id, 990)
    first.child.kill('SIGKILL')
    await first.exited
    const second = await start(env)
    const stateOf = async (id: string) => (await second.find(id)).state
    await expect.poll(() => stateOf(closed.id)).toBe('captured')
    await expect.poll(() => stateOf(refunded.id)).toBe('refunded')
    expect((await second.get<{ state: string }>(`/v1/refunds/${refund.body.id}`)).body.state).toBe('succeeded')
    await expect.poll(async () => (await second.find(expiring.id)).closedBy).toBe('expiry')
  })
})

describe('the process', () => {
  it('on SIGTERM finishes what it has, ends silent requests, and exits 0', async () => {
    const provider = await start(environmentOf({ LOG_LEVEL: 'info', SHUTDOWN_GRACE_MS: '5000' }))
    await provider.behave({ slowMs: 60_000 })
    const slow = provider.createReply({ merchantReference: 'slow-at-stop' })
    await expect.poll(async () => await (await fetch(`${provider.url}/metrics`)).text()).toContain('fault="slow"} 1')
    await provider.admin('PUT', '/behaviour/references/silent-at-stop', { slowMs: 0, silentShare: 1 })
    const silent = provider.createReply({ merchantReference: 'silent-at-stop' }).catch(() => 'no answer')
    await expect.poll(async () => await (await fetch(`${provider.url}/metrics`)).text()).toContain('fault="silent"} 1')
    provider.child.kill('SIGTERM')
    expect((await slow).status).toBe(201)
    expect(await silent).toBe('no answer')
    expect(await provider.exited).toEqual([0, null])
    expect(provider.output.out).toContain('"msg":"stopped"')
    expect(provider.output.err).toBe('')
  })

  it('writes no key and no secret to its log', async () => {
    const env = environmentOf({ LOG_LEVEL: 'trace' })
    const provider = await start(env)
    const { id } = await provider.create()
    await provider.act(id, 'pay')
    await expect.poll(() => provider.output.out).toContain('was not taken')
    provider.child.kill('SIGTERM')
    await provider.exited
    for (const name of ['PROVIDER_API_KEY', 'PROVIDER_ADMIN_KEY', 'PROVIDER_WEBHOOK_SECRETS']) {
      expect(provider.output.out).not.toContain(env[name])
    }
  })

  it('ends when its journal cannot be written any more, and has lost nothing that it answered', async () => {
    const env = environmentOf()
    const limited = await start({ ...env, FILE_LIMIT: '64' })
    const answered: string[] = []
    const fill = async () => {
      for (;;) answered.push((await limited.create({ description: 'x'.repeat(200) })).id)
    }
    await expect(fill()).rejects.toThrow()
    expect(await limited.exited).toEqual([1, null])
    expect(limited.output.err).toContain('The journal could not be written')
    const next = await start(env)
    expect(answered.length).toBeGreaterThan(5)
    for (const id of answered) expect((await next.find(id)).state).toBe('open')
  })

  it('refuses to start beside another one with its journal', async () => {
    const env = environmentOf()
    const first = await start(env)
    const second = spawnProvider(env)
    expect(await second.exited).toEqual([1, null])
    expect(second.output.err).toContain(`in use by process ${first.child.pid}`)
  })

  it('refuses to start with a file that is no journal, and leaves it as it is', async () => {
    const env = environmentOf()
    await writeFile(String(env.PROVIDER_JOURNAL), 'dear diary\n')
    const { exited, output } = spawnProvider(env)
    expect(await exited).toEqual([1, null])
    expect(output.err).toContain('line 1 is not an entry')
  })

  it('names every variable that is missing or wrong, and no value', async () => {
    const { exited, output } = spawnProvider({ PORT: 'http', PROVIDER_API_KEY: 'short', PROVIDER_BEHAVIOUR: '{' })
    expect(await exited).toEqual([1, null])
    const names = [
      'PORT',
      'PROVIDER_API_KEY',
      'PROVIDER_ADMIN_KEY',
      'PROVIDER_WEBHOOK_SECRETS',
      'PROVIDER_JOURNAL',
      'PROVIDER_BEHAVIOUR',
    ]
    for (const name of names) expect(output.err).toContain(`  ${name}: `)
    expect(output.err).not.toContain('short')
  })
})
