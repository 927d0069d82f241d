import { expect, it } from 'vitest'
import { searchedFor } from './purchase.js'

it.each([
  [' 42 ', 'userId', 42],
  ['7-abcdefghijklmnopqrstuvwxyz', 'traceId', '7-abcdefghijklmnopqrstuvwxyz'],
  ['O-7-abcdefghijklmnopqrstuvwxyz', 'orderId', 'O-7-abcdefghijklmnopqrstuvwxyz'],
])('%j is looked for as a %s', (text, name, value) => {
  expect(searchedFor(text)).toEqual({ [name]: value })
})
