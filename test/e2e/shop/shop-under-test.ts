import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { operatorOf } from 'seckill-cli/sale'
import { databaseNow } from 'seckill-store/mysql'
import { temporaryVoucherId } from 'seckill-store/testing'
import { expect } from 'vitest'
import { lookAt, openBrowser } from '../browser.js'
import { openSaleUnderTest, type SaleUnderTest } from '../sale-under-test.js'

/** A campaign of these tests; what is left out has a default. */
interface CampaignSeed {
  readonly title?: string
  readonly stock?: number
  readonly payWindowMs?: number
  /** Milliseconds from now. */
  readonly beginsIn?: number
}

/** A sale with its pages, and browsers of shoppers in front of it. */
export interface ShopUnderTest extends SaleUnderTest {
  /** Puts a campaign on sale. */
  readonly offer: (seed?: CampaignSeed) => Promise<Offered>
  /** Opens the shop in a browser of its own, which knows nobody. */
  readonly visit: (options?: BrowserContextOptions) => Promise<Page>
  /** An empty page of such a browser. */
  readonly openTab: (options?: BrowserContextOptions) => Promise<Page>
}

/** A campaign on sale. */
export interface Offered {
  readonly voucherId: number
  readonly title: string
}

/** A reconciliation would start runs for purchases that are rows only. */
const withoutReconciling = { RECONCILE_EVERY_MS: '86400000' }

/** The page solves a task for each voucher that it buys. */
const withTokens = { PURCHASE_TOKENS: 'on', CHALLENGE: 'proof-of-work', PROOF_OF_WORK_DIGITS: '3' }

/** Starts a sale and a browser. */
export async function openShop(): Promise<ShopUnderTest> {
  const [sale, browser] = await Promise.all([openSaleUnderTest({}, withoutReconciling, withTokens), openBrowser()])
  return {
    ...sale,
    offer: (seed = {}) => offer(sale, seed),
    async visit(options) {
      const page = await openTab(browser, options)
      await page.goto(sale.sale.api.url)
      return page
    },
    openTab: (options) => openTab(browser, options),
    async close() {
      await browser.close()
      await sale.close()
    },
  }
}

async function offer({ sale, sources }: SaleUnderTest, seed: CampaignSeed): Promise<Offered> {
  const voucherId = temporaryVoucherId()
  const { title = `Dinner for two ${voucherId}`, stock = 3, payWindowMs = 600_000, beginsIn = -1_000 } = seed
  const [operator, now] = [await operatorOf(sale), await databaseNow(sources.db)]
  await operator.create({
    voucherId,
    voucher: { title, listPriceMinor: 9_900, currency: 'CNY' },
    total: stock,
    beginsAt: now + beginsIn,
    endsAt: now + 3_600_000,
    limitPerUser: 1,
    priceMinor: 990,
    payWindowMs,
    autopilot: false,
  })
  await operator.move(voucherId, 'warmup')
  await operator.move(voucherId, 'open')
  return { voucherId, title }
}

async function openTab(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...options })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  page.on('pageerror', (error) => {
    throw error
  })
  return page
}

/** Signs in a user that the page does not offer. */
export async function enter(page: Page, userId: number): Promise<void> {
  await page.evaluate(async (id) => {
    const headers = { 'content-type': 'application/json' }
    await fetch('/api/v1/session', { method: 'POST', headers, body: JSON.stringify({ userId: id }) })
  }, userId)
  await page.reload()
}

/** Signs in the n-th user that the page offers. */
export async function signIn(page: Page, nth: number): Promise<void> {
  await page
    .getByRole('banner')
    .getByRole('button', { name: /^(Sign in|登录)$/ })
    .click()
  await page.getByRole('dialog').getByRole('button').nth(nth).click()
  await page.getByRole('button', { name: /^(Sign out|退出)$/ }).waitFor()
}

/** The card of a campaign. */
export function cardOf(page: Page, { title }: Offered) {
  return page.getByRole('article').filter({ has: page.getByRole('heading', { level: 2, name: title, exact: true }) })
}

/** Looks at the page on a phone and a desktop, in light and dark; see {@link lookAt}. */
export async function look(page: Page, name: string): Promise<void> {
  expect(await lookAt(page, name)).toEqual([])
}
