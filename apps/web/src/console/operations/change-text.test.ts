import { expect, it } from 'vitest'
import { changeText } from './change-text.js'

it('a change is told by the fields that got another value', () => {
  expect(changeText({ total: 5, state: 'OPEN' }, { total: 8, state: 'OPEN', version: 2 })).toBe(
    'total: 5 → 8, version: 2',
  )
  expect(changeText(null, null)).toBe('')
})
