import { expect, it } from 'vitest'
import { type IntentStorage, intentKey, rememberAccepted } from './intent.js'

function storageOf(): IntentStorage {
  const items = new Map<string, string>()
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
  }
}

const intent = { userId: 1, voucherId: 7 }
const nothing = () => false

it('an intent has one key, and another one for another user or sale', () => {
  const storage = storageOf()
  const key = intentKey(intent, nothing, storage)
  expect(key).toMatch(/^tab-[0-9a-f]{32}$/)
  expect(intentKey(intent, nothing, storage)).toBe(key)
  const others = [
    { userId: 2, voucherId: 7 },
    { userId: 1, voucherId: 8 },
  ].map((other) => intentKey(other, nothing, storage))
  expect(new Set([key, ...others]).size).toBe(3)
})

it('an intent ends with its own purchase, not with an earlier one', () => {
  const storage = storageOf()
  const key = intentKey(intent, () => true, storage)
  expect(intentKey(intent, () => true, storage)).toBe(key)
  rememberAccepted(intent, { key, traceId: '7-abc' }, storage)
  expect(intentKey(intent, (traceId) => traceId === '7-earlier', storage)).toBe(key)
  expect(intentKey(intent, (traceId) => traceId === '7-abc', storage)).not.toBe(key)
})
