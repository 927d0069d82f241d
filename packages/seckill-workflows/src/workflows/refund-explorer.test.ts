import { explore } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { refundInputs, refundModel } from '../../test/matrix/refund-model.js'
import { refundSaga } from './refund.saga.js'

describe.each(refundInputs)('a refund of kind $kind', (first) => {
  it('is paid once, and its books agree, in every interleaving of two faults', async () => {
    const { runs, counterExample } = await explore(refundSaga, refundModel([first]))

    expect(counterExample).toBeUndefined()
    expect(runs).toBeGreaterThan(100)
  })
})

it('the explorer finds that without idempotency keys a refund is paid twice', async () => {
  const [inputs = []] = refundInputs
  const { counterExample } = await explore(refundSaga, { ...refundModel(inputs.slice(0, 1)), barrier: 'none' })

  expect(counterExample?.faults).toHaveLength(1)
})
