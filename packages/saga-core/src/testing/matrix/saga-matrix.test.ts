import { sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { bookingSaga } from '../../../test/matrix/booking.saga.js'

const matrix = await sagaMatrix(bookingSaga, { inputs: [{ id: 'a' }, { id: 'b' }] })

describe('a set-wise saga with a pivot', () => {
  for (const cell of matrix.cells) it(cell.name, cell.run)

  it('has more cells than the 488 of the plain cross product, each with a name of its own', () => {
    expect(matrix.cells.length).toBeGreaterThan(488)
    expect(new Set(matrix.cells.map(({ name }) => name)).size).toBe(matrix.cells.length)
  })
})
