import { expect, it } from 'vitest'
import { browserLanguage } from './language.js'

it.each([
  [['zh-TW', 'en'], 'zh-CN'],
  [['de', 'zh'], 'zh-CN'],
  [['fr', 'en-GB', 'zh'], 'en'],
  [['de'], 'en'],
  [[], 'en'],
])('a browser that asks for %j is shown %s', (asked, language) => {
  expect(browserLanguage(asked)).toBe(language)
})
