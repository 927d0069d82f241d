import { sql } from 'kysely'
import type { Browser, Locator, Page } from 'playwright-core'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import { temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, openBrowser, openPage } from './browser.js'
import { type Keyboard, keyboardOf } from './keyboard.js'
import { openSaleUnderTest, patienceMs, type SaleUnderTest } from './sale-under-test.js'

describe.runIf(hasBrowser())('every act of the console by keyboard alone', () => {
  let under: SaleUnderTest
  let migrator: ReturnType<typeof connectDatabase>
  let browser: Browser
  let page: Page
  let keyboard: Keyboard
  const voucherId = temporaryVoucherId()

  beforeAll(async () => {
    under = await openSaleUnderTest()
    migrator = connectDatabase(under.stack.databaseMigrationUrl, { poolSize: 1 })
    browser = await openBrowser()
    page = (await openPage(await browser.newContext({ baseURL: under.sale.admin.url }))).page
    keyboard = keyboardOf(page)
    await page.goto('/')
  })
  afterAll(async () => {
    await browser?.close()
    if (migrator !== undefined) await closeDatabase(migrator)
    await under?.close()
  })

  const button = (name: string, within: Page | Locator = page) =>
    within.getByRole('button', { name, exact: true }).first()
  const said = () => page.getByRole('main').getByRole('status').last().textContent()

  async function open(name: string): Promise<void> {
    await keyboard.press(page.getByRole('navigation').getByRole('link', { name, exact: true }))
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    await page.getByText('Reading…').waitFor({ state: 'detached' })
  }

  /** Leaves the question of a button by Escape first, then answers it; the focus is on the page afterwards. */
  async function act(on: Locator, verb: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    await keyboard.lookInto(on)
    await keyboard.press(on)
    const question = page.getByRole('dialog')
    for (const [label, text] of Object.entries({ ...fields, Reason: 'by keyboard' }))
      await keyboard.fill(question.getByLabel(label), text)
    await keyboard.press(button(verb, question))
    await question.waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).not.toBe('BODY')
  }

  it('signs in', async () => {
    await keyboard.press(button('Enter as operator'))
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor()
  })

  it('creates a campaign, takes it through its states, changes and counts it', async () => {
    await open('Campaigns')
    const fields = { 'Voucher id': String(voucherId), Title: 'By keyboard', Units: '5' }
    await act(button('New campaign'), 'Create', fields)
    await keyboard.press(
      page
        .getByRole('row')
        .filter({ hasText: String(voucherId) })
        .getByRole('link'),
    )
    await page.getByRole('heading', { name: 'By keyboard', level: 1 }).waitFor()
    for (const [verb, state] of [
      ['Warm up', 'warm'],
      ['Open', 'open'],
      ['Pause', 'paused'],
    ] as const) {
      await act(button(verb), verb)
      await expect.poll(said).toContain(`is ${state}`)
    }
    await act(button('Open'), 'Open')
    await act(button('Restock'), 'Restock', { 'Units to add': '2' })
    await page.getByText('7, of which').waitFor()
    await act(button('Edit'), 'Edit', { 'Limit per user': '2' })
    await act(button('Autopilot on'), 'Autopilot on')
    await act(button('Autopilot off'), 'Autopilot off')
    await keyboard.press(button('Count the sale'))
    await page.getByText('Every check holds.').waitFor()
    await keyboard.reach(page.getByRole('link', { name: 'Download the signed file' }))
  })

  it('makes, edits, withdraws and offers a voucher', async () => {
    const ordinaryId = temporaryVoucherId()
    await open('Vouchers')
    await act(button('New voucher'), 'Create', {
      'Voucher id': String(ordinaryId),
      Title: 'A coffee',
      'List price': '18',
    })
    const row = page.getByRole('row').filter({ hasText: String(ordinaryId) })
    await act(button('Edit', row), 'Edit', { Title: 'A tea' })
    await row.getByText('A tea').waitFor()
    await act(button('Withdraw', row), 'Withdraw')
    await act(button('Put on sale', row), 'Put on sale')
    await migrator.deleteFrom('vouchers').where('id', '=', ordinaryId).execute()
  })

  it('chooses the campaign of the live figures', async () => {
    await open('Live')
    const choice = page.getByLabel('Campaign')
    await choice.locator(`option[value="${voucherId}"]`).waitFor({ state: 'attached' })
    await keyboard.reach(choice)
    const wanted = await choice
      .locator('option')
      .evaluateAll(
        (options, id) => options.findIndex((one) => (one as HTMLOptionElement).value === id),
        String(voucherId),
      )
    await page.keyboard.press('Home')
    for (let at = 0; at < wanted; at += 1) await page.keyboard.press('ArrowDown')
    expect(await choice.inputValue()).toBe(String(voucherId))
  })

  it('finds orders and purchases, and reaches the verb of a purchase that goes on', async () => {
    await under.rush(voucherId, { shoppers: 2, rate: 100 })
    await open('Orders')
    await keyboard.fill(page.getByLabel('Voucher'), String(voucherId))
    await expect
      .poll(async () => {
        await keyboard.press(button('Search'))
        return page.getByRole('region', { name: 'Orders that were found' }).getByRole('link').count()
      })
      .toBe(2)
    await keyboard.reach(page.getByRole('link', { name: 'Download all as CSV' }))
    await open('Purchases')
    await keyboard.fill(page.getByLabel('Voucher'), String(voucherId))
    await keyboard.press(button('Search'))
    await keyboard.press(page.getByRole('region', { name: 'Purchases that were found' }).getByRole('link').first())
    await page.getByRole('heading', { name: 'Purchase', level: 1 }).waitFor()
    await keyboard.press(button('Read again'))
    await act(button('Abort'), 'Abort')
    await expect.poll(said).toContain('1 lane took it')
  })

  it('reaches every verb of parked sagas, one by one and in bulk, and makes them', async () => {
    const parkedId = await under.putOnSale(10)
    await migrator.updateTable('stock').set({ quantity: 0 }).where('voucher_id', '=', parkedId).execute()
    await sql`
      CREATE TRIGGER keep_keyboard_claims BEFORE DELETE ON user_claims FOR EACH ROW
      IF OLD.voucher_id = ${sql.lit(parkedId)} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'claims are kept'; END IF
    `.execute(migrator)
    await under.rush(parkedId, { shoppers: 3, rate: 1_000 })
    await open('Parked')
    const cards = page.locator('.card', { hasText: 'It stopped at' })
    const areParked = (count: number) =>
      expect
        .poll(
          async () => {
            await keyboard.press(button('Read again'))
            return cards.count()
          },
          { timeout: patienceMs, interval: 1_000 },
        )
        .toBe(count)
    await areParked(3)
    for (const verb of ['Retry', 'Skip', 'Resolve', 'Compensate', 'Abandon', 'retry all', 'skip all', 'abandon all'])
      await keyboard.lookInto(button(verb))
    await sql`DROP TRIGGER keep_keyboard_claims`.execute(migrator)
    await act(button('Retry'), 'Retry')
    await expect.poll(said).toContain('1 lane took it')
    await areParked(2)
    await act(button('retry all'), 'Retry')
    await expect.poll(said).toContain('2 lanes took it')
  })

  it('sends given-up messages again', async () => {
    const sent = migrator
      .selectFrom('notification_deliveries')
      .select(['reservation_id', 'kind', 'channel'])
      .where('state', '=', 'SENT')
    await expect.poll(() => sent.execute(), { timeout: patienceMs }).not.toEqual([])
    const { reservation_id: id, kind, channel } = await sent.executeTakeFirstOrThrow()
    await migrator
      .updateTable('notification_deliveries')
      .set({ state: 'DEAD' })
      .where('reservation_id', '=', id)
      .where('kind', '=', kind)
      .where('channel', '=', channel)
      .execute()
    await open('Notifications')
    await keyboard.lookInto(button('Send all 1 again'))
    await act(button('Send again'), 'Send again')
    await expect.poll(said).toContain('will be sent again')
  })

  it('compares the ledgers, searches the audit, and reads the other pages', async () => {
    await open('Reconcile')
    await keyboard.lookInto(button('Compare and repair'))
    await act(button('Compare'), 'Compare', { 'Seconds between': '0.1' })
    await page.locator('.verdict').waitFor()
    await open('Audit')
    await keyboard.fill(page.getByLabel(/^Subject/), `campaign:${voucherId}`)
    await keyboard.press(button('Show'))
    await page.getByRole('region', { name: 'Changes' }).getByText('by keyboard').first().waitFor()
    for (const name of ['Payments', 'Dead letters']) await open(name)
  })

  it('closes the campaign, asks to settle it, and signs out', async () => {
    await open('Campaigns')
    await keyboard.press(
      page
        .getByRole('row')
        .filter({ hasText: String(voucherId) })
        .getByRole('link'),
    )
    await act(button('Close'), 'Close')
    await expect.poll(said).toContain('is closed')
    await keyboard.lookInto(button('Settle'))
    await keyboard.press(button('Sign out'))
    await button('Enter as viewer').waitFor()
  })
})
