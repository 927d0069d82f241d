import { operatorOf } from 'seckill-cli/sale'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser } from '../browser.js'
import { hasFocus, keyboardOf } from '../keyboard.js'
import { purchasesInEveryState, removePurchases, stateCount } from './every-state.js'
import { cardOf, enter, look, openShop, type ShopUnderTest, signIn } from './shop-under-test.js'

describe.runIf(hasBrowser())("the shopper's page", () => {
  let shop: ShopUnderTest

  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.close())

  it('lets a newcomer sign in with one click, buy once with a double click, and pay', async () => {
    const sale = await shop.offer({ title: 'Coffee for two' })
    const page = await shop.visit()
    const card = cardOf(page, sale)
    await card.getByText('3 of 3 left').waitFor()
    await look(page, 'signed-out')
    await card.getByRole('button', { name: 'Sign in to buy' }).click()
    await look(page, 'sign-in')
    await page.getByRole('dialog').getByRole('button').first().click()
    await card.getByRole('button', { name: 'Buy now' }).dblclick()
    await card.getByRole('heading', { name: 'You got it: pay now' }).waitFor()
    await look(page, 'won')
    await page.reload()
    await card.getByRole('button', { name: 'Pay now' }).click()
    await page.getByRole('button', { name: /^Pay CN¥9\.90/ }).click()
    await card.getByRole('heading', { name: 'Paid: it is yours' }).waitFor()
    await look(page, 'paid')
    await page.getByRole('link', { name: 'My purchases' }).click()
    await expect.poll(() => page.getByRole('article').count()).toBe(1)
    await page.getByRole('link', { name: /^Inbox/ }).click()
    await page.getByText('You got it: Coffee for two').waitFor()
    await look(page, 'inbox')
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await expect.poll(() => page.getByRole('button', { name: 'Mark all as read' }).count()).toBe(0)
    await page.context().close()
  })

  it('says that all are taken while an order is unpaid, and that all are sold once it is paid', async () => {
    const sale = await shop.offer({ stock: 1 })
    const [winner, other] = [await shop.visit(), await shop.visit({ locale: 'zh-CN' })]
    await signIn(winner, 0)
    await signIn(other, 1)
    await cardOf(winner, sale).getByRole('button', { name: 'Buy now' }).click()
    const card = cardOf(other, sale)
    await card.getByText('暂时抢光').waitFor()
    await look(other, 'all-held-zh')
    await cardOf(winner, sale).getByRole('button', { name: 'Pay now' }).click()
    await winner.getByRole('button', { name: /^Pay CN¥/ }).click()
    await card.getByText('已售罄').waitFor()
    expect(await card.getByRole('button', { name: '立即抢购' }).isDisabled()).toBe(true)
    await look(other, 'sold-out-zh')
    await Promise.all([winner.context().close(), other.context().close()])
  })

  it('shows that an order lapsed, and lets its buyer try again', async () => {
    const sale = await shop.offer({ payWindowMs: 3_000 })
    const page = await shop.visit()
    await signIn(page, 2)
    const card = cardOf(page, sale)
    await card.getByRole('button', { name: 'Buy now' }).click()
    await card.getByRole('heading', { name: 'Not paid in time' }).waitFor()
    await look(page, 'lapsed')
    await card.getByRole('button', { name: 'Try to buy again' }).click()
    await page.getByRole('link', { name: 'My purchases' }).click()
    await expect.poll(() => page.getByRole('article').count()).toBe(2)
    await page.context().close()
  })

  it('can be used by keyboard alone: to sign in, buy, cancel, pay, read and leave', async () => {
    const [first, second] = [await shop.offer(), await shop.offer()]
    const page = await shop.visit()
    const keyboard = keyboardOf(page)
    const card = cardOf(page, first)
    await keyboard.press(page.getByRole('button', { name: '中文' }))
    await keyboard.press(page.getByRole('button', { name: 'English' }))
    await keyboard.lookInto(card.getByRole('button', { name: 'Sign in to buy' }))
    await keyboard.press(card.getByRole('button', { name: 'Sign in to buy' }))
    await keyboard.press(page.getByRole('dialog').getByRole('button').nth(3))
    await keyboard.press(card.getByRole('button', { name: 'Buy now' }))
    await card.getByRole('heading', { name: 'You got it: pay now' }).waitFor()
    await expect.poll(() => page.getByRole('status').textContent()).toContain('You got it: pay now')

    const cancel = card.getByRole('button', { name: 'Cancel', exact: true })
    await keyboard.press(cancel)
    await expect.poll(() => hasFocus(card.getByRole('group'))).toBe(true)
    await look(page, 'cancel')
    await keyboard.press(card.getByRole('button', { name: 'Keep it' }))
    await expect.poll(() => hasFocus(cancel)).toBe(true)
    await page.keyboard.press('Enter')
    await keyboard.press(card.getByRole('button', { name: 'Yes, cancel it' }))
    await card.getByRole('heading', { name: 'Cancelled' }).waitFor()
    await look(page, 'cancelled')

    await keyboard.press(cardOf(page, second).getByRole('button', { name: 'Buy now' }))
    await keyboard.press(cardOf(page, second).getByRole('button', { name: 'Pay now' }))
    await keyboard.press(page.getByRole('button', { name: /^Pay CN¥9\.90/ }))
    await cardOf(page, second).getByRole('heading', { name: 'Paid: it is yours' }).waitFor()
    await keyboard.press(page.getByRole('link', { name: 'My purchases' }))
    await keyboard.press(page.getByRole('link', { name: /^Inbox/ }))
    await keyboard.press(page.getByRole('button', { name: 'Mark all as read' }))
    await expect.poll(() => page.getByRole('button', { name: 'Mark all as read' }).count()).toBe(0)
    await keyboard.press(page.getByRole('button', { name: 'Sign out' }))
    await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).waitFor()
    await page.context().close()
  })

  it('shows the same in two tabs, where the second buys nothing more', async () => {
    const sale = await shop.offer()
    const first = await shop.visit()
    await signIn(first, 4)
    const second = await first.context().newPage()
    await second.goto(shop.sale.api.url)
    const buttons = await Promise.all(
      [first, second].map((page) => cardOf(page, sale).getByRole('button', { name: 'Buy now' }).elementHandle()),
    )
    // The moment that one tab has bought, the other one shows it in place of its button.
    await Promise.all(buttons.map((button) => button?.dispatchEvent('click')))
    for (const page of [first, second])
      await cardOf(page, sale).getByRole('heading', { name: 'You got it: pay now' }).waitFor()
    const numbers = await Promise.all(
      [first, second].map((page) =>
        cardOf(page, sale)
          .getByText(/^Asked on/)
          .textContent(),
      ),
    )
    expect(numbers[0]).toBe(numbers[1])
    await cardOf(second, sale).getByRole('button', { name: 'Cancel' }).click()
    await cardOf(second, sale).getByRole('button', { name: 'Yes, cancel it' }).click()
    await cardOf(first, sale).getByRole('heading', { name: 'Cancelled' }).waitFor()
    await first.context().close()
  })

  it('goes on by itself when the connection is back, and has bought once', async () => {
    const sale = await shop.offer()
    const page = await shop.visit()
    await signIn(page, 5)
    const card = cardOf(page, sale)
    await card.getByRole('button', { name: 'Buy now' }).waitFor()
    await page.context().setOffline(true)
    await card.getByRole('button', { name: 'Buy now' }).click()
    await page.getByText('No connection to the shop.').waitFor()
    await page.context().setOffline(false)
    await card.getByRole('heading', { name: 'You got it: pay now' }).waitFor()
    // The page gives up an attempt to buy after a while, and is looked at when none is under way.
    await page.context().setOffline(true)
    await page.getByText('No connection to the shop.').waitFor()
    await look(page, 'offline')
    await page.context().setOffline(false)
    await expect.poll(() => page.getByText('No connection to the shop.').count()).toBe(0)
    await page.context().close()
  })

  it('opens by the clock of the gate, also where the clock of the browser is ten minutes ahead', async () => {
    const page = await shop.visit()
    await signIn(page, 5)
    await page.addInitScript(() => {
      const { now } = Date
      Date.now = () => now() + 600_000
    })
    const sale = await shop.offer({ beginsIn: 12_000 })
    await page.reload()
    const card = cardOf(page, sale)
    await card.getByText('Not open yet').waitFor()
    const left = await card.getByRole('timer').textContent()
    expect(left).toMatch(/^00:(?:0[1-9]|1[0-2])$/)
    const button = card.getByRole('button', { name: 'Buy now' })
    expect(await button.isDisabled()).toBe(true)
    await look(page, 'upcoming')
    await expect.poll(() => button.isEnabled()).toBe(true)
    await button.click()
    await card.getByRole('heading', { name: 'You got it: pay now' }).waitFor()
    await page.context().close()
  })

  it('shows hostile names as text, in any direction and length', async () => {
    const titles = [
      '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
      'عرض خاص ‮מבצע מיוחד‬ ٥٠٪',
      '🎉👩‍👩‍👧‍👦🏳️‍🌈'.repeat(6),
      'W'.repeat(200),
    ]
    const offered = await Promise.all(titles.map((title) => shop.offer({ title })))
    const page = await shop.visit()
    for (const sale of offered) await cardOf(page, sale).waitFor()
    await look(page, 'hostile-names')
    await enter(page, 4_002)
    for (const sale of offered) {
      await cardOf(page, sale).getByRole('button', { name: 'Buy now' }).click()
      await cardOf(page, sale).getByRole('heading', { name: 'You got it: pay now' }).waitFor()
    }
    await page.getByRole('link', { name: 'My purchases' }).click()
    for (const sale of offered) await cardOf(page, sale).waitFor()
    await look(page, 'hostile-purchases')
    await page.getByRole('link', { name: /^Inbox/ }).click()
    for (const { title } of offered)
      await page.getByRole('heading', { name: `You got it: ${title}`, exact: true }).waitFor()
    await look(page, 'hostile-inbox')
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    await page.context().close()
  })

  it('says what happened and what to do next in every state of a purchase and a sale', async () => {
    const paused = await shop.offer({ title: 'Paused sale' })
    const ended = await shop.offer({ title: 'Ended sale' })
    const operator = await operatorOf(shop.sale)
    await operator.move(paused.voucherId, 'pause')
    await operator.move(ended.voucherId, 'close')
    const standing = await shop.offer()
    await purchasesInEveryState(shop.sources, standing, 4_000)
    const page = await shop.visit()
    await enter(page, 4_000)
    await cardOf(page, paused).getByText('Paused', { exact: true }).waitFor()
    await cardOf(page, ended).getByText('Ended', { exact: true }).waitFor()
    await look(page, 'paused-and-ended')
    await page.getByRole('link', { name: 'My purchases' }).click()
    await expect.poll(() => page.getByRole('article').count()).toBe(stateCount)
    await look(page, 'every-state')
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('heading', { name: '正在人工处理' }).waitFor()
    await look(page, 'every-state-zh')
    await page.context().close()
    await removePurchases(shop.sources, standing)
  })
})
