import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import { temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, lookAt, openBrowser, openPage, type WatchedPage } from './browser.js'
import { runCommand } from './run-command.js'
import { openSaleUnderTest, type SaleUnderTest } from './sale-under-test.js'

const hostileTitle = '<img src=x onerror=alert(1)> ‮שלום‬ 🎁 '.padEnd(200, 'x')

describe.runIf(hasBrowser())('an operator in the console', () => {
  let under: SaleUnderTest
  let migrator: ReturnType<typeof connectDatabase>
  let browser: Browser
  let context: BrowserContext
  let watched: WatchedPage
  let page: Page
  let folder: string
  const voucherId = temporaryVoucherId()

  beforeAll(async () => {
    under = await openSaleUnderTest()
    migrator = connectDatabase(under.stack.databaseMigrationUrl, { poolSize: 1 })
    browser = await openBrowser()
    context = await browser.newContext({ baseURL: under.sale.admin.url, acceptDownloads: true })
    watched = await openPage(context)
    page = watched.page
    folder = mkdtempSync(join(tmpdir(), 'console-'))
  })
  afterAll(async () => {
    await browser?.close()
    if (migrator !== undefined) await closeDatabase(migrator)
    await under?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Makes the act of a button, with a reason. */
  async function act(button: string, verb: string, reason: string): Promise<void> {
    await page.getByRole('button', { name: button, exact: true }).first().click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Reason').fill(reason)
    await question.getByRole('button', { name: verb, exact: true }).click()
    await question.waitFor({ state: 'detached' })
  }

  async function statesOf(traceIds: readonly string[]): Promise<readonly string[]> {
    const purchases = migrator.selectFrom('purchases').select('state').where('reservation_id', 'in', traceIds)
    return (await purchases.execute()).map(({ state }) => state)
  }

  const open = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
  const said = () => page.getByRole('status').textContent()

  it('signs in with one click', async () => {
    await page.goto('/')
    await page.getByRole('button', { name: 'Enter as operator' }).waitFor()
    expect(await lookAt(page, 'console-sign-in')).toEqual([])
    await page.getByRole('button', { name: 'Enter as operator' }).click()
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor()
  })

  it('creates a campaign whose name is hostile, which is shown as text', async () => {
    await open('Campaigns')
    await page.getByRole('button', { name: 'New campaign' }).click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Voucher id').fill(String(voucherId))
    await question.getByLabel('Title').fill(hostileTitle)
    await question.getByLabel('Units').fill('50')
    await question.getByLabel('Reason').fill('the autumn sale')
    expect(await lookAt(page, 'console-question')).toEqual([])
    await question.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('link', { name: hostileTitle.trim() }).waitFor()
    expect(await lookAt(page, 'console-campaigns')).toEqual([])
    expect(await page.locator('img').count()).toBe(0)
  })

  it('is told in a sentence what is wrong with a change', async () => {
    await page.getByRole('button', { name: 'New campaign' }).click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Voucher id').fill(String(voucherId))
    await question.getByLabel('Title').fill('another')
    await question.getByLabel('Reason').fill('by mistake')
    await question.getByRole('button', { name: 'Create', exact: true }).click()
    await expect.poll(() => question.getByRole('alert').textContent()).toContain('A campaign of this voucher exists')
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
  })

  it('warms it up with the mouse, and opens it by keyboard', async () => {
    await page.getByRole('link', { name: hostileTitle.trim() }).click()
    await act('Warm up', 'Warm up', 'tomorrow it begins')
    await page.getByRole('button', { name: 'Open', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('it begins')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(said).toContain('is open')
    expect(await lookAt(page, 'console-campaign')).toEqual([])
  })

  it('edits it, and restocks it', async () => {
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Limit per user').fill('2')
    await question.getByLabel('Reason').fill('two are allowed')
    await question.getByRole('button', { name: 'Edit', exact: true }).click()
    await question.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Restock', exact: true }).click()
    await question.getByLabel('Units to add').fill('10')
    await question.getByLabel('Reason').fill('ten more were found')
    await question.getByRole('button', { name: 'Restock', exact: true }).click()
    await page.getByText('60, of which').waitFor()
  })

  it('has its run move it, and moves it by hand again', async () => {
    await act('Autopilot on', 'Autopilot on', 'the night shift goes home')
    await page.getByText('itself, at its times').waitFor()
    await act('Autopilot off', 'Autopilot off', 'the night shift is back')
    await page.getByText('an operator', { exact: true }).waitFor()
  })

  it('creates an ordinary voucher, gives it another title, and withdraws it', async () => {
    const ordinaryId = temporaryVoucherId()
    await open('Vouchers')
    await page.getByRole('button', { name: 'New voucher' }).click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Voucher id').fill(String(ordinaryId))
    await question.getByLabel('Title').fill('A coffee')
    await question.getByLabel('List price').fill('18.50')
    await question.getByLabel('Reason').fill('for every day')
    await question.getByRole('button', { name: 'Create', exact: true }).click()
    const row = page.getByRole('row').filter({ hasText: String(ordinaryId) })
    await row.getByText('¥18.50').waitFor()
    await row.getByRole('button', { name: 'Edit' }).click()
    await question.getByLabel('Title').fill('A large coffee')
    await question.getByLabel('Reason').fill('it is larger')
    await question.getByRole('button', { name: 'Edit', exact: true }).click()
    await row.getByText('A large coffee').waitFor()
    expect(await lookAt(page, 'console-vouchers')).toEqual([])
    await row.getByRole('button', { name: 'Withdraw' }).click()
    await question.getByLabel('Reason').fill('it is cold')
    await question.getByRole('button', { name: 'Withdraw', exact: true }).click()
    await expect.poll(said).toBe(`Saved: voucher ${ordinaryId} is withdrawn.`)
    await row.getByRole('button', { name: 'Put on sale' }).waitFor()
    await migrator.deleteFrom('vouchers').where('id', '=', ordinaryId).execute()
  })

  it('watches a rush, and sees that nothing is oversold', async () => {
    await open('Live')
    await page.getByLabel('Campaign').selectOption(String(voucherId))
    await under.rush(voucherId, { shoppers: 400, rate: 200 })
    await page.getByText('of 60 units are sold').waitFor()
    await expect.poll(() => page.locator('.proof').textContent()).toContain('60 of 60 units are sold')
    expect(await page.locator('.proof').textContent()).toContain('Nothing is oversold')
    await expect
      .poll(() => page.getByRole('region', { name: 'Requests by result' }).textContent())
      .toMatch(/accepted60/)
    expect(await lookAt(page, 'console-live')).toEqual([])
  })

  it('drains parked sagas, one by one and all at once', async () => {
    const parkedId = await under.putOnSale(10)
    await migrator.updateTable('stock').set({ quantity: 0 }).where('voucher_id', '=', parkedId).execute()
    await sql`
      CREATE TRIGGER keep_console_claims BEFORE DELETE ON user_claims FOR EACH ROW
      IF OLD.voucher_id = ${sql.lit(parkedId)} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'claims are kept'; END IF
    `.execute(migrator)
    const { traceIds } = await under.rush(parkedId, { shoppers: 3, rate: 1_000 })
    await open('Parked')
    const cards = page.locator('.card', { hasText: 'It stopped at' })
    await expect
      .poll(
        async () => {
          await page.getByRole('button', { name: 'Read again' }).click()
          return cards.count()
        },
        { timeout: 60_000, interval: 1_000 },
      )
      .toBe(3)
    expect(await lookAt(page, 'console-parked')).toEqual([])
    await page.getByRole('link', { name: 'The way of this purchase' }).first().click()
    await page.getByText('stuck', { exact: true }).waitFor()
    expect(await lookAt(page, 'console-purchase')).toEqual([])

    await sql`DROP TRIGGER keep_console_claims`.execute(migrator)
    await act('Retry', 'Retry', 'claims can be deleted again')
    await expect.poll(said).toContain('1 lane took it')
    await open('Parked')
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Read again' }).click()
        return cards.count()
      })
      .toBe(2)
    await act('retry all', 'Retry', 'the rest as well')
    await expect.poll(said).toContain('2 lanes took it')
    await expect.poll(() => statesOf(traceIds)).toEqual(['REFUSED', 'REFUSED', 'REFUSED'])
  })

  it('finds a purchase by its user', async () => {
    await open('Purchases')
    await page.getByLabel('Voucher').fill(String(voucherId))
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('region', { name: 'Purchases that were found' }).getByRole('link').first().waitFor()
    expect(await lookAt(page, 'console-purchases')).toEqual([])
    await page.getByRole('region', { name: 'Purchases that were found' }).getByRole('link').first().click()
    await page.getByText('It is waiting at payment.').waitFor()
    expect(await lookAt(page, 'console-purchase-waiting')).toEqual([])
  })

  it('finds the orders of a voucher, and downloads them', async () => {
    await open('Orders')
    await page.getByLabel('Voucher').fill(String(voucherId))
    await page.getByLabel('State').selectOption('pending payment')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('region', { name: 'Orders that were found' }).waitFor()
    expect(await lookAt(page, 'console-orders')).toEqual([])
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download all as CSV' }).click()
    const file = join(folder, 'orders.csv')
    await (await downloading).saveAs(file)
    const [names, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\r\n')
    expect(names).toMatch(/^orderId,traceId/)
    expect(lines).toHaveLength(60)
  })

  it('sees messages, payments, and in the audit who did what and why', async () => {
    for (const name of ['Notifications', 'Dead letters', 'Payments', 'Audit']) {
      await open(name)
      await page.getByRole('heading', { name, level: 1 }).waitFor()
      await page.getByText('Reading…').waitFor({ state: 'detached' })
      expect(await lookAt(page, `console-${name.toLowerCase().replace(' ', '-')}`)).toEqual([])
    }
    const changes = await page.getByRole('region', { name: 'Changes' }).textContent()
    for (const reason of [
      'the autumn sale',
      'tomorrow it begins',
      'it begins',
      'ten more were found',
      'the rest as well',
    ]) {
      expect(changes).toContain(reason)
    }
  })

  it('downloads the certificate, which verifies', async () => {
    await under.certify(voucherId)
    await open('Campaigns')
    await page.getByRole('link', { name: hostileTitle.trim() }).click()
    await page.getByRole('button', { name: 'Count the sale' }).click()
    await page.getByText('Every check holds.').waitFor()
    expect(await lookAt(page, 'console-certificate')).toEqual([])
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download the signed file' }).click()
    const file = join(folder, 'certificate.json')
    await (await downloading).saveAs(file)
    expect(await runCommand('certificate', 'verify', file)).toMatchObject({
      code: 0,
      json: { ok: true, authentic: true },
    })
  })

  it('compares the ledgers, and sees the report', async () => {
    await open('Reconcile')
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Seconds between').fill('0.5')
    await question.getByLabel('Reason').fill('before the books are closed')
    expect(await lookAt(page, 'console-reconcile-question')).toEqual([])
    await question.getByRole('button', { name: 'Compare', exact: true }).click()
    await page.locator('.verdict').waitFor()
    // The stock of the parked sagas' voucher was taken away behind the ledger's back.
    expect(await page.locator('.verdict').textContent()).toMatch(/The ledgers differ in .*nothing was changed/)
    const differences = page.getByRole('region', { name: 'Differences' })
    expect(await differences.textContent()).toContain('The ledger adds up to the stock')
    expect(await lookAt(page, 'console-reconcile')).toEqual([])
    const [id = ''] = /reconcile-[\w:.-]+/.exec(decodeURIComponent(page.url())) ?? []
    const started = migrator.selectFrom('audit').selectAll().where('subject', '=', id)
    expect(await started.executeTakeFirstOrThrow()).toMatchObject({
      actor: 'user:1',
      action: 'reconcile.start',
      reason: 'before the books are closed',
    })
  })

  it('closes the sale, and is told what keeps it from settling', async () => {
    await open('Campaigns')
    await page.getByRole('link', { name: hostileTitle.trim() }).click()
    await act('Close', 'Close', 'it is over')
    await page.getByRole('button', { name: 'Settle', exact: true }).click()
    const question = page.getByRole('dialog')
    await question.getByLabel('Reason').fill('the books are to be closed')
    await question.getByRole('button', { name: 'Settle', exact: true }).click()
    await expect.poll(() => question.getByRole('alert').textContent()).toContain('60')
    expect(await lookAt(page, 'console-settle')).toEqual([])
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
  })

  it('signs out; a viewer then sees everything and changes nothing', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Enter as viewer' }).click()
    await page.getByText('user 1, viewer').waitFor()
    await open('Campaigns')
    expect(await page.getByRole('button', { name: 'New campaign' }).isDisabled()).toBe(true)
  })

  it('met no fault of a script, and nothing that the policy blocked', () => {
    const refusals = /Failed to load resource: the server responded with a status of 409/
    expect(watched.faults.filter((fault) => !refusals.test(fault))).toEqual([])
  })
})
