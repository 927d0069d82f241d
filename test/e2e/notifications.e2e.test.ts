import { randomBytes } from 'node:crypto'
import { countDeliveries, listAudit } from 'seckill-store/mysql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWebhookReceiver, type WebhookReceiver } from '../../apps/notifier/test/webhook-receiver.js'
import { runCommand } from './run-command.js'
import { openSaleUnderTest, type SaleUnderTest } from './sale-under-test.js'

const stock = 400
const secret = `whsec_${randomBytes(32).toString('base64')}`

let under: SaleUnderTest
let receiver: WebhookReceiver

beforeAll(async () => {
  receiver = await startWebhookReceiver(secret)
  const quickRetries = { RETRY_FIRST_MS: '50', RETRY_LONGEST_MS: '1000' }
  under = await openSaleUnderTest({ NOTIFIER_CHANNELS: 'log,webhook', WEBHOOK_AT_ONCE: '20', ...quickRetries })
})

afterAll(async () => {
  await giveWebhooks(null)
  await under?.close()
  await receiver?.close()
})

/** Gives every user the URL, or none. */
async function giveWebhooks(url: string | null): Promise<void> {
  const columns = { webhook_url: url, webhook_secret: url === null ? null : secret }
  await under.sources.db.updateTable('users').set(columns).execute()
}

it('a channel that is down for the whole sale holds nothing up; once it is up, and its notifier is killed meanwhile, each message arrives', async () => {
  const { port } = new URL(receiver.url)
  await giveWebhooks(receiver.url)
  await receiver.close()
  const voucherId = await under.putOnSale(stock)
  const report = await under.rush(voucherId, { shoppers: 1_000, rate: 500 })
  const certified = await under.certify(voucherId)
  expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
  expect(certified).toMatchObject({ orders: stock, lost: 0 })
  // Every buyer has his line in the log by now, and none his webhook.
  const counts = () => countDeliveries(under.sources.db, voucherId)
  await expect.poll(counts).toEqual({ sent: stock, dead: 0, pending: stock, unplanned: 0 })

  receiver = await startWebhookReceiver(secret, Number(port))
  for (const least of [50, 150]) {
    await expect.poll(() => receiver.taken.length, { interval: 1 }).toBeGreaterThan(least)
    await under.sale.kill('notifier')
    await under.sale.restart('notifier')
  }
  await expect.poll(counts, { timeout: 60_000 }).toEqual({ sent: 2 * stock, dead: 0, pending: 0, unplanned: 0 })
  const ids = new Set(receiver.taken.map(({ id }) => id).filter((id) => id.startsWith(`${voucherId}-`)))
  expect([...ids].sort()).toEqual(report.traceIds.map((traceId) => `${traceId}.WON`).sort())
  expect(receiver.forged).toBe(0)
})

it('a message that its receiver refuses for good is listed as dead, and sent again by an operator’s command', async () => {
  receiver.answerWith(410)
  const voucherId = await under.putOnSale(3)
  const { traceIds } = await under.rush(voucherId, { shoppers: 3, rate: 100 })
  const [first = ''] = traceIds
  const dead = async () => (await runCommand('notifications', 'list', '--channel', 'webhook')).json.deliveries
  await expect.poll(dead, { timeout: 60_000, interval: 500 }).toHaveLength(3)
  expect(await dead()).toContainEqual(
    expect.objectContaining({ reservationId: first, kind: 'WON', channel: 'webhook', attempts: 1 }),
  )

  receiver.answerWith(204)
  const again = (...args: readonly string[]) => runCommand('notifications', 'send-again', ...args)
  expect(await again('--all', '--yes')).toMatchObject({ code: 1, stderr: expect.stringContaining('--reason') })
  const unconfirmed = await again('--all', '--reason', 'the receiver is back')
  expect(unconfirmed).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was changed') })
  expect(await again('no-id', '--reason', 'x')).toMatchObject({ code: 1, json: { error: { code: 'FAILED' } } })
  expect(await again(`${first}.WON`, '--reason', 'x')).toMatchObject({ code: 0, json: { deliveries: 1 } })
  const rest = await again(
    '--all',
    '--yes',
    '--channel',
    'webhook',
    '--reason',
    'the receiver is back',
    '--actor',
    'olga',
  )
  expect(rest).toMatchObject({ code: 0, json: { deliveries: 2 } })
  const ids = traceIds.map((traceId) => `${traceId}.WON`)
  await expect.poll(() => receiver.taken.filter(({ id }) => ids.includes(id))).toHaveLength(3)
  const [audited] = await listAudit(under.sources.db, 'notifications')
  expect(audited).toMatchObject({ actor: 'olga', action: 'notifications.send-again' })
  await expect.poll(dead).toEqual([])
})
