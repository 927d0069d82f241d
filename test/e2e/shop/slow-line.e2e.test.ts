import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeLine } from '../../setup/progress.js'
import { hasBrowser } from '../browser.js'
import { cardOf, enter, look, openShop, type ShopUnderTest } from './shop-under-test.js'
import { type AnswerBytes, firstPaintMs, phone, putOnSlowLine } from './slow-line.js'

/** All that the line carries for the page: its files as they are sent, with their headers. */
const mostBytes = 20_000

describe.runIf(hasBrowser())('a phone on a slow line', () => {
  let shop: ShopUnderTest

  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  it('is shown the page before its script has come, loads it with less than 20 kB, buys and pays', async () => {
    const sale = await shop.offer()
    const page = await shop.openTab(phone)
    const slow = await putOnSlowLine(page)
    await page.goto(shop.sale.api.url, { waitUntil: 'commit' })
    await page.getByText('Flash sale · 秒杀').waitFor()
    await page.getByText('Loading …').waitFor()
    await expect.poll(() => firstPaintMs(page)).toBeGreaterThan(0)
    await look(page, 'before-the-script')
    const painted = await firstPaintMs(page)
    expect(await slow.letScriptsCome()).toBe(1)

    const card = cardOf(page, sale)
    await card.getByRole('button', { name: 'Sign in to buy' }).waitFor()
    const loaded = [...slow.answers()]
    const files = loaded.filter(([path]) => !path.startsWith('/api/'))
    const [ofPage, all] = [sumOf(files), sumOf(loaded)]
    writeLine(`A slow line: first painted after ${painted} ms`)
    writeLine(`  the page ${JSON.stringify(ofPage)}, with what the API answers ${JSON.stringify(all)}`)
    expect(files.filter(([path]) => path.endsWith('.js'))).toHaveLength(2)
    expect(ofPage.body + ofPage.headers).toBeLessThan(mostBytes)

    // The users that the page offers are those of the other tests.
    await enter(page, 4_001)
    await card.getByRole('button', { name: 'Buy now' }).tap()
    await card.getByRole('button', { name: 'Pay now' }).tap()
    await page.getByRole('button', { name: /^Pay CN¥9\.90/ }).tap()
    await card.getByRole('heading', { name: 'Paid: it is yours' }).waitFor()
    await page.context().close()
  })
})

function sumOf(answers: readonly (readonly [string, AnswerBytes])[]): AnswerBytes {
  const sum = (part: keyof AnswerBytes) => answers.reduce((all, [, bytes]) => all + bytes[part], 0)
  return { body: sum('body'), headers: sum('headers') }
}
