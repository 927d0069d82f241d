import { explore } from 'saga-core/testing'
import { expect, it } from 'vitest'
import { purchaseModel } from '../../test/matrix/purchase-model.js'
import { purchaseSaga } from './purchase.saga.js'

it('the purchase saga keeps its promises and its books in every interleaving of two faults', async () => {
  const { runs, counterExample } = await explore(purchaseSaga, purchaseModel)

  expect(counterExample).toBeUndefined()
  expect(runs).toBeGreaterThan(1_000)
})

it('the explorer finds that without barriers stock is deducted twice', async () => {
  const { counterExample } = await explore(purchaseSaga, { ...purchaseModel, barrier: 'none' })

  expect(counterExample?.faults).toHaveLength(1)
  expect(counterExample?.diagram).toMatch(/^sequenceDiagram\n/)
})
