import { expect, it } from 'vitest'
import { purchasePlacement, refundPlacement, stepServices } from '../contract/services.js'
import { purchaseSaga } from './purchase.saga.js'

it('every call of a purchase is placed when all services run apart, and none when none does', () => {
  const calls = ['@own', ...purchaseSaga.steps.map(({ name }) => name)]
  expect(Object.keys(purchasePlacement(stepServices)).toSorted()).toEqual(calls.toSorted())
  expect(purchasePlacement([])).toEqual({})
})

it('a service apart has its steps on a task queue of its own, and leaves the others where they are', () => {
  expect(purchasePlacement(['stock'])).toEqual({ deductStock: 'seckill-stock' })
  expect(refundPlacement(['stock'])).toEqual({ refund: 'seckill-refund' })
  expect(refundPlacement(['payment'])).toEqual({ refund: 'seckill-payment' })
})
