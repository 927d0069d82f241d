import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CellPlan } from '../src/testing/matrix/cell.js'
import { planCells } from '../src/testing/matrix/plan-cells.js'
import { bookingSaga } from './matrix/booking.saga.js'
import { type TemporalCells, temporalCells } from './matrix/temporal-cells.js'

/** The cells that differ most in what server, worker and database do. */
const chosen = [
  'everything goes well',
  'hold fails after its effect, once',
  'hold is delivered twice',
  'charge times out and commits late, once',
  'charge times out and commits late',
  'charge is refused after an attempt that commits late',
  'charge fails after its effect',
  'issue is cancelled during',
  'pay is cancelled before',
  'pay is cancelled during',
  'pay fails after its effect',
  'issue is refused · undo of charge fails after its effect',
  'issue is refused · undo of charge times out and commits late',
  'issue is refused · undo of charge is confirmed later',
  'issue is refused · undo of charge fails for good, and so does that of hold, which waits for it',
]

/** A server tells a run of a cancel between workflow tasks: when the next one begins, the lane may have passed its pivot. */
function onServer(plan: CellPlan): CellPlan {
  return plan.ends.includes('cancelled')
    ? { ...plan, ends: [...plan.ends, 'completed'], others: [...plan.others, 'completed'] }
    : plan
}

const plans = await planCells(bookingSaga, { inputs: [{ id: 'a' }, { id: 'b' }] })

describe('cells of the matrix on a Temporal server and a database', () => {
  let cells: TemporalCells
  beforeAll(async () => {
    cells = await temporalCells()
  })
  afterAll(() => cells.close())

  it.each(chosen)(
    '%s',
    async (name) => {
      const plan = plans.find((one) => one.name === name)
      if (!plan) throw new Error(`the matrix has no cell "${name}"`)

      expect(await cells.run(onServer(plan))).toEqual([])
    },
    60_000,
  )
})
