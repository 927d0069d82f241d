import { type MatrixCell, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { refundInputs, refundModel } from '../../test/matrix/refund-model.js'
import type { Refund } from '../contract/refund.js'
import { refundSaga } from './refund.saga.js'

const matrices = await Promise.all(refundInputs.map((inputs) => sagaMatrix(refundSaga, refundModel(inputs))))

/** A cancel before the provider is asked: the run makes nothing, and its refund is made when it is started again. */
function isStartedAgain({ name }: MatrixCell): boolean {
  return name === 'refund is cancelled before'
}

describe('the refund saga, with a failure at every step', () => {
  for (const [at, { cells }] of matrices.entries()) {
    const kind = refundInputs[at]?.[0]?.kind
    for (const cell of cells.filter((one) => !isStartedAgain(one))) it(`${kind}: ${cell.name}`, cell.run)

    it(`${kind}: a run that is cancelled before the provider is asked makes its refund once it is started again`, async () => {
      const broken = await cells
        .find(isStartedAgain)
        ?.run()
        .catch((error: Error) => error.message)
      const promises = broken?.split('\n').filter((line) => line.startsWith('  - '))
      expect(promises).toContain(`  - run again, it did refund of ${refundInputs[at]?.[0]?.refundId}`)
      expect(promises?.filter((line) => !line.startsWith('  - run again'))).toEqual([])
    })
  }

  it('is tried at every step of its kind', () => {
    const steps = matrices.map(({ cells }) => new Set(cells.map(({ step }) => step)))
    expect(steps).toEqual([new Set(['', 'refund', 'endRefund', 'releaseHold']), new Set(['', 'refund', 'endRefund'])])
  })
})

describe('the matrix itself', () => {
  it.each(['refundMoney', 'endRefund', 'releaseRefunded'])('is red when %s does nothing', async (activity) => {
    const [inputs] = refundInputs as [readonly Refund[]]
    const nothing = { [activity]: async () => undefined }

    await expect(sagaMatrix(refundSaga, { ...refundModel(inputs), activities: () => nothing })).rejects.toThrow(
      /once|without its money|not on sale|not ended/,
    )
  })
})
