import { sendAgain } from 'seckill-store/mysql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type MailServer, startMailServer } from './mail-server.js'
import { type NotifiedSale, openSale, webhookSecret } from './notified-sale.js'
import { type NotifierProcess, spawnNotifier, startNotifier } from './notifier-process.js'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js'

const running = new Set<NotifierProcess>()
let sale: NotifiedSale
let mails: MailServer
let hooks: WebhookReceiver

beforeEach(async () => {
  sale = await openSale()
  mails = await startMailServer()
  hooks = await startWebhookReceiver(webhookSecret)
})
afterEach(async () => {
  for (const { child, exited } of running) {
    child.kill('SIGKILL')
    await exited
  }
  running.clear()
  await Promise.all([mails.close(), hooks.close(), sale.drop()])
})

async function start(changes: Readonly<Record<string, string>> = {}) {
  const email = { SMTP_URL: mails.url, MAIL_FROM: 'sale@shop.example' }
  const notifier = await startNotifier({
    DATABASE_URL: sale.url,
    NOTIFIER_CHANNELS: 'webhook,email',
    ...email,
    ...changes,
  })
  running.add(notifier)
  return notifier
}

async function kill(notifier: NotifierProcess, signal: NodeJS.Signals) {
  notifier.child.kill(signal)
  running.delete(notifier)
  return notifier.exited
}

/** No lease ends while a notifier still sends, however slow the machine is. */
const patient = { SEND_TIMEOUT_MS: '30000', LEASE_MS: '60000' }

const idsOf = (received: readonly { readonly id: string }[]) => received.map(({ id }) => id).sort()
const mailsOf = () => mails.taken.map(({ headers }) => headers.get('message-id') ?? '').sort()
const messageIds = (ids: readonly string[]) => ids.map((id) => `<${id}@shop.example>`).sort()
const addresses = () => ({ webhookUrl: hooks.url, email: (userId: number) => `user-${userId}@example.com` })

describe('a channel that is down', () => {
  it('for the whole sale and then up delivers every message, each id once, and the other channel never waits', async () => {
    const { url } = hooks
    await hooks.close()
    const notifier = await start()
    const sold = await sale.sell(80, { ...addresses(), webhookUrl: url })
    await expect.poll(() => mails.taken.length).toBe(80)
    expect(mailsOf()).toEqual(messageIds(sold))
    expect(await sale.count('webhook', 'PENDING')).toBe(80)
    expect(await notifier.read('/ready')).toMatchObject({ status: 200 })
    const port = Number(new URL(url).port)
    hooks = await startWebhookReceiver(webhookSecret, port)
    await expect.poll(() => sale.count('webhook', 'SENT')).toBe(80)
    expect(idsOf(hooks.taken)).toEqual([...sold].sort())
    expect(mails.taken).toHaveLength(80)
  })

  it('past the bound leaves dead messages, which an operator sends again under the same ids', async () => {
    hooks.answerWith(503)
    const notifier = await start({ GIVE_UP_AFTER_MS: '1', NOTIFIER_CHANNELS: 'webhook' })
    const sold = await sale.sell(20, addresses())
    await expect.poll(() => sale.count('webhook', 'DEAD')).toBe(20)
    expect((await notifier.read('/metrics')).text).toMatch(/attempts_total\{channel="webhook",result="dead"\} 20/)
    expect(hooks.taken).toEqual([])
    hooks.answerWith(204)
    await sendAgain(sale.db, { channel: 'webhook' }, { actor: 'olga', reason: 'the receiver is up' })
    await expect.poll(() => sale.count('webhook', 'SENT')).toBe(20)
    expect(idsOf(hooks.taken)).toEqual([...sold].sort())
  })

  it('by a silent receiver holds no message up that goes elsewhere', async () => {
    const silent = await startWebhookReceiver(webhookSecret)
    silent.answerWith('silence')
    await start({ WEBHOOK_AT_ONCE: '8', SEND_TIMEOUT_MS: '300', LEASE_MS: '600' })
    await sale.sell(60, { webhookUrl: silent.url })
    const sold = await sale.sell(20, addresses())
    await expect.poll(() => idsOf(hooks.taken)).toEqual([...sold].sort())
    await expect.poll(() => sale.count('webhook', 'PENDING')).toBe(60)
    await silent.close()
  })
})

describe('kill -9 of the notifier', () => {
  it('in the middle of its work, again and again, loses no message; a receiver that dedupes has each once', async () => {
    const short = { SEND_TIMEOUT_MS: '500', LEASE_MS: '1000', WEBHOOK_AT_ONCE: '10', EMAIL_AT_ONCE: '4' }
    const sold = await sale.sell(300, addresses())
    for (const least of [40, 120, 200]) {
      const notifier = await start(short)
      await expect.poll(() => hooks.taken.length, { interval: 1 }).toBeGreaterThan(least)
      await kill(notifier, 'SIGKILL')
    }
    expect(await sale.count('webhook', 'PENDING')).toBeGreaterThan(0)
    await start(short)
    await expect.poll(() => sale.count('webhook', 'SENT')).toBe(300)
    await expect.poll(() => sale.count('email', 'SENT')).toBe(300)
    expect([...new Set(idsOf(hooks.taken))]).toEqual([...sold].sort())
    expect([...new Set(mailsOf())]).toEqual(messageIds(sold))
  })
})

describe('several notifiers', () => {
  it('share the work: each message is sent once', async () => {
    const sold = await sale.sell(200, addresses())
    await Promise.all([start(patient), start(patient), start(patient)])
    await expect.poll(() => sale.count('email', 'SENT')).toBe(200)
    await expect.poll(() => sale.count('webhook', 'SENT')).toBe(200)
    expect(idsOf(hooks.taken)).toEqual([...sold].sort())
    expect(mailsOf()).toEqual(messageIds(sold))
  })
})

describe('a notifier', () => {
  it('that is told to stop records what it has sent, so that no other one sends it again', async () => {
    const sold = await sale.sell(100, addresses())
    const notifier = await start({ ...patient, WEBHOOK_AT_ONCE: '10' })
    await expect.poll(() => hooks.taken.length, { interval: 1 }).toBeGreaterThan(10)
    expect(await kill(notifier, 'SIGTERM')).toEqual([0, null])
    expect(await sale.count('webhook', 'SENT')).toBe(hooks.taken.length)
    expect(await sale.count('email', 'SENT')).toBe(mails.taken.length)
    await start(patient)
    await expect.poll(() => sale.count('webhook', 'SENT')).toBe(100)
    await expect.poll(() => sale.count('email', 'SENT')).toBe(100)
    expect(idsOf(hooks.taken)).toEqual([...sold].sort())
    expect(mailsOf()).toEqual(messageIds(sold))
  })

  it('writes the messages of the channel log whatever the level of its own log', async () => {
    const notifier = await start({ NOTIFIER_CHANNELS: 'log', LOG_LEVEL: 'error' })
    const [id] = await sale.sell(1)
    await expect.poll(() => notifier.output.text).toContain(id)
    expect(JSON.parse(notifier.output.text)).toMatchObject({ channel: 'log', notificationId: id, userId: 1 })
  })

  it('whose database does not answer stays up, and is not ready', async () => {
    const notifier = await start({ DATABASE_URL: 'mysql://sale@127.0.0.1:1/seckill' })
    const ready = await notifier.read('/ready')
    expect(ready.status).toBe(503)
    expect(JSON.parse(ready.text).problems.database).toMatch(/No connection/)
    expect(await notifier.read('/health')).toMatchObject({ status: 200 })
    expect((await notifier.read('/metrics')).text).toContain('due_age_seconds{waits_for="planning"} Nan')
  })

  it('with a wrong configuration does not start, and names what is wrong', async () => {
    const { exited, output } = spawnNotifier({ NOTIFIER_CHANNELS: 'email', LEASE_MS: '1' })
    expect(await exited).toEqual([1, null])
    for (const name of ['DATABASE_URL', 'LEASE_MS']) expect(output.text).toContain(`  ${name}: `)
  })
})
