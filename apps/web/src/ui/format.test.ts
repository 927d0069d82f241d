import { expect, it } from 'vitest'
import { moneyText } from './format.js'

it.each([
  [990, 'CNY', 'en', '¥9.90'],
  [123_456, 'CNY', 'zh-CN', '¥1,234.56'],
  [990, 'JPY', 'en', '¥990'],
] as const)('%i minor units of %s in %s are %s', (amount, currency, language, text) => {
  expect(moneyText(amount, currency, language)).toBe(text)
})
