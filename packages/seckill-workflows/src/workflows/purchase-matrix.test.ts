import { done, setWise } from 'saga-core/activity'
import { type MatrixCell, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { purchaseModel } from '../../test/matrix/purchase-model.js'
import type { Purchase } from '../contract/purchase.js'
import { purchaseSaga } from './purchase.saga.js'

const matrix = await sagaMatrix(purchaseSaga, purchaseModel)

describe('the purchase saga, with a failure at every step', () => {
  for (const cell of matrix.cells) it(cell.name, cell.run)

  it('is tried at every step and with every compensation', () => {
    const called = purchaseSaga.steps.flatMap(({ name, invoke, wait }) => (invoke || wait ? [name] : []))
    const undone = purchaseSaga.steps.flatMap(({ name, compensate }) => (compensate ? [name] : []))
    expect(new Set(matrix.cells.map(({ step }) => step))).toEqual(new Set(['', '@own', ...called]))
    expect(new Set(matrix.cells.map(({ undo }) => undo))).toEqual(new Set([undefined, ...undone]))
  })
})

const nothing = setWise<Purchase, undefined>(async (lanes) => lanes.map(({ key }) => done(key)))

async function firstRed(cells: readonly MatrixCell[]): Promise<string | undefined> {
  for (const cell of cells) {
    const failed = await cell.run().then(
      () => false,
      () => true,
    )
    if (failed) return cell.name
  }
  return undefined
}

describe('the matrix itself', () => {
  const compensations = purchaseSaga.steps.flatMap(({ compensate }) => (compensate ? [compensate.activity] : []))

  it.each(compensations)('turns red when %s does nothing', async (compensation) => {
    const broken = await sagaMatrix(purchaseSaga, { ...purchaseModel, activities: () => ({ [compensation]: nothing }) })

    expect(await firstRed(broken.cells)).toEqual(expect.any(String))
  })
})
