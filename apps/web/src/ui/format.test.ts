import { expect, it } from 'vitest'
import { countdownText, moneyText } from './format.js'

it.each([
  [990, 'CNY', 'en', '¥9.90'],
  [123_456, 'CNY', 'zh-CN', '¥1,234.56'],
  [990, 'JPY', 'en', '¥990'],
] as const)('%i minor units of %s in %s are %s', (amount, currency, language, text) => {
  expect(moneyText(amount, currency, language)).toBe(text)
})

it.each([
  [-1, '00:00'],
  [1, '00:01'],
  [309_000, '05:09'],
  [3_909_000, '1:05:09'],
  [90_309_000, '1 d 01:05:09'],
])('%i ms left are shown as %s', (left, text) => {
  expect(countdownText(left)).toBe(text)
})
