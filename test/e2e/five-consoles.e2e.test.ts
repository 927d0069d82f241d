import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, lookAt, openBrowser, openPage, type WatchedPage } from './browser.js'
import { openSaleUnderTest, type SaleUnderTest } from './sale-under-test.js'

const shoppers = 5_000
const stock = 500

describe.runIf(hasBrowser())('five open consoles', () => {
  let under: SaleUnderTest
  let browser: Browser

  beforeAll(async () => {
    under = await openSaleUnderTest()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await under?.close()
  })

  async function openConsole(voucherId: number): Promise<WatchedPage> {
    const context = await browser.newContext({ baseURL: under.sale.admin.url })
    const watched = await openPage(context)
    const { page } = watched
    await page.goto('/')
    await page.getByRole('button', { name: 'Enter as viewer' }).click()
    await page.getByLabel('Campaign').selectOption(String(voucherId))
    await page.locator('.proof').getByText(`of ${stock} units are sold`).waitFor()
    return watched
  }

  it('watch a rush of 5,000 as it goes, and end with the same truth', async () => {
    const voucherId = await under.putOnSale(stock)
    const watched: WatchedPage[] = []
    while (watched.length < 5) watched.push(await openConsole(voucherId))
    const pages = watched.map(({ page }) => page)
    for (const page of pages) await page.evaluate(keepFigures)
    const { results } = await under.rush(voucherId, { shoppers, rate: 1_000 })
    expect(results).toMatchObject({ accepted: stock, soldOut: shoppers - stock, failed: 0 })
    for (const page of pages) {
      await expect.poll(() => textOf(page)).toContain(`${stock} of ${stock} units are sold`)
      expect(await textOf(page)).toContain('Nothing is oversold')
      await expect
        .poll(() => page.getByRole('region', { name: 'Requests by result' }).textContent())
        .toMatch(new RegExp(`accepted${stock}sold out${shoppers - stock}`))
    }
    // From the first shoppers to the last the requests were counted up in front of each console.
    for (const page of pages) expect(await page.evaluate(figuresKept)).toBeGreaterThanOrEqual(3)
    expect(new Set(await Promise.all(pages.map(textOf))).size).toBe(1)
    const [first] = pages
    expect(first && (await lookAt(first, 'console-rush'))).toEqual([])
    expect(watched.flatMap(({ faults }) => faults)).toEqual([])
    await under.certify(voucherId)
  })
})

function textOf(page: Page): Promise<string | null> {
  return page.locator('.proof').textContent()
}

/** Keeps each different text of the table of requests. */
const keepFigures = `(() => {
  window.kept = new Set()
  const keep = () => window.kept.add(document.querySelector('[aria-label="Requests by result"]').textContent)
  new MutationObserver(keep).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true })
})()`
const figuresKept = 'window.kept.size'
