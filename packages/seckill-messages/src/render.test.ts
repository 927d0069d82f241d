import { describe, expect, it } from 'vitest'
import { languages } from './languages.js'
import { createRender, type MessageFacts } from './render.js'
import { type MessageKind, reasons, texts } from './texts.js'

const render = createRender('Asia/Shanghai')
const kinds = Object.keys(texts) as MessageKind[]
const facts: MessageFacts = {
  kind: 'WON',
  voucherTitle: 'Dinner {price}',
  units: 2,
  reason: 'SOLD_OUT',
  priceMinor: 1_980,
  currency: 'CNY',
  payBefore: Date.UTC(2026, 10, 27, 12, 15, 0),
}

describe.each(languages)('a message in %s', (language) => {
  it.each(kinds)('of kind %s has a title and a text without an open placeholder', (kind) => {
    const { title, text } = render({ ...facts, kind, voucherTitle: 'Dinner' }, language)
    for (const part of [title, text]) {
      expect(part).toContain('Dinner')
      expect(part).not.toMatch(/[{}]|undefined|–/)
    }
    const script = language === 'zh-CN' ? /\p{Script=Han}/u : /^[^\p{Script=Han}]+$/u
    expect(text).toMatch(script)
  })

  it.each(Object.keys(reasons))('tells the reason %s in words', (reason) => {
    const { text } = render({ ...facts, kind: 'REFUSED', reason }, language)
    expect(text).toContain(reasons[reason]?.[language])
    expect(text).not.toContain(reason)
  })

  it('tells a reason that has no text by its name', () => {
    expect(render({ ...facts, kind: 'REFUSED', reason: 'NEW_RULE' }, language).text).toContain('NEW_RULE')
  })
})

it('a message tells price and time as its language writes them, in the given time zone', () => {
  const english = render(facts, 'en').text
  expect(english).toContain('CN¥19.80')
  expect(english).toContain('Nov 27, 2026, 20:15:00 GMT+8')
  const chinese = render(facts, 'zh-CN').text
  expect(chinese).toContain('¥19.80')
  expect(chinese).toContain('2026年11月27日')
  expect(createRender('Europe/Berlin')(facts, 'en').text).toContain('13:15:00 GMT+1')
})

it('a currency without minor units has none in its price', () => {
  expect(render({ ...facts, currency: 'JPY', priceMinor: 1_980 }, 'en').text).toContain('¥1,980')
})

it('a title of a voucher is text, never a placeholder', () => {
  expect(render(facts, 'en').title).toBe('You got it: Dinner {price}')
})

it('a value that the purchase does not have is a dash', () => {
  const bare = { ...facts, kind: 'EXPIRED', payBefore: null } as const
  expect(render(bare, 'en').text).toBe('Your order of “Dinner {price}” was not paid before – and is closed.')
})
