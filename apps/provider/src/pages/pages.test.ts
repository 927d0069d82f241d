import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ProviderUnderTest, startProvider } from '../../test/provider-under-test.js'
import { moneyText } from './page.js'

let provider: ProviderUnderTest

beforeAll(async () => {
  provider = await startProvider()
})
afterAll(() => provider.stop())

const open = (id: string, language = 'en') =>
  fetch(`${provider.url}/pay/${id}`, { headers: { 'accept-language': language } })

/** Clicks a button of the page, and does not follow where it leads. */
const click = (id: string, action: string) =>
  fetch(`${provider.url}/pay/${id}`, { method: 'POST', body: new URLSearchParams({ action }), redirect: 'manual' })

describe("a payment's page", () => {
  it('shows what is paid for and how much, in the language of the browser', async () => {
    const { id } = await provider.create({ amount: 123_456, description: 'Coffee for <two> & "more"' })
    const english = await (await open(id)).text()
    expect(english).toContain('Coffee for &lt;two&gt; &amp; &quot;more&quot;')
    expect(english).toContain('CN¥1,234.56')
    expect(english).toContain('value="pay"')
    const chinese = await (await open(id, 'zh-CN,zh;q=0.9,en;q=0.5')).text()
    expect(chinese).toContain('<html lang="zh-CN">')
    expect(chinese).toContain('等待支付')
  })

  it('tells until when it can be paid, in the time of its language', async () => {
    const expiresAt = Math.ceil(Date.now() / 86_400_000) * 86_400_000 + 20 * 3_600_000
    const { id } = await provider.create({ expiresAt })
    expect(await (await open(id)).text()).toMatch(
      /Pay before <time datetime="[^"]+T20:00:00\.000Z">[^<]*8:00:00\sPM<\/time> UTC/,
    )
    expect(await (await open(id, 'zh-CN')).text()).toMatch(/支付截止：<time [^>]+>[^<]*04:00:00<\/time>（北京时间）/)
  })

  it('begins its title with the state, or with the failed attempt', async () => {
    const { id } = await provider.create({ description: 'Coffee' })
    expect(await (await open(id)).text()).toContain('<title>Waiting for your payment – Coffee</title>')
    const failed = await fetch(`${provider.url}/pay/${id}?failed`)
    expect(await failed.text()).toContain('<title>The payment failed. You can try again. – Coffee</title>')
    await provider.act(id, 'pay')
    const captured = await (await fetch(`${provider.url}/pay/${id}?failed`)).text()
    expect(captured).toContain('<title>Paid – Coffee</title>')
    expect(captured).not.toContain('failed.')
  })

  it('of a pending payment has no form, and leads to its next state and to the shop', async () => {
    await provider.behave({ capturePendingShare: 1, capturePendingMs: 600_000 })
    const { id } = await provider.create({ returnUrl: 'http://shop.example/orders/7' })
    expect((await click(id, 'pay')).headers.get('location')).toBe('http://shop.example/orders/7')
    await provider.behave({})
    const page = await (await open(id)).text()
    expect(page).toContain('Your payment is being processed')
    expect(page).not.toContain('<form')
    for (const address of [`/pay/${id}`, 'http://shop.example/orders/7']) expect(page).toContain(`href="${address}"`)
  })

  it('may load nothing from elsewhere, and lets its form lead back to the shop only', async () => {
    const { id } = await provider.create({ returnUrl: 'https://shop.example:8443/orders/7?a=b' })
    const policy = (await open(id)).headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("form-action 'self' https://shop.example:8443;")
  })

  it('captures the payment on a click on pay, and leads back to the shop', async () => {
    const { id } = await provider.create({ returnUrl: 'http://shop.example/orders/7' })
    const { status, headers } = await click(id, 'pay')
    expect([status, headers.get('location')]).toEqual([303, 'http://shop.example/orders/7'])
    expect((await provider.find(id)).state).toBe('captured')
    const page = await (await open(id)).text()
    expect(page).toContain('Paid')
    expect(page).not.toContain('<form')
  })

  it('leads back to itself after a failed attempt, says so, and can be paid then', async () => {
    const { id } = await provider.create()
    const { headers } = await click(id, 'fail')
    const page = await fetch(new URL(headers.get('location') ?? '', provider.url))
    expect(await page.text()).toContain('The payment failed. You can try again.')
    await click(id, 'pay')
    expect((await provider.find(id)).state).toBe('captured')
  })

  it('leads back to the shop when the payer leaves, and the payment stays open', async () => {
    const { id } = await provider.create()
    expect((await click(id, 'leave')).headers.get('location')).toBe('http://shop.example/orders/7')
    expect((await provider.find(id)).state).toBe('open')
  })

  it('shows that a closed payment can no longer be paid', async () => {
    const { id } = await provider.create()
    await provider.close(id)
    expect((await click(id, 'pay')).headers.get('location')).toBe(`/pay/${id}`)
    expect(await (await open(id)).text()).toContain('it can no longer be paid')
  })

  it('says that there is no such payment', async () => {
    const page = await open('pay_none')
    expect(page.status).toBe(404)
    expect(await page.text()).toContain('There is no such payment')
    expect((await click('pay_none', 'pay')).status).toBe(404)
    expect((await provider.act('pay_none', 'pay')).body.error.code).toBe('NOT_FOUND')
  })
})

it.each([
  [1_234, 'CNY', 'CN¥12.34'],
  [1_234, 'JPY', '¥1,234'],
  [1_234, 'KWD', 'KWD 1.234'],
])('%i minor units of %s are %s', (amount, currency, text) => {
  expect(moneyText(amount, currency, 'en').replace('\u00a0', ' ')).toBe(text)
})
