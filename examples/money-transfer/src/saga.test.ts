import { explore, type Invariant, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { transferSaga } from './saga.js'
import type { Account, Transfer } from './transfer.js'

const ann: Account = { bank: 'north', number: 'ann' }
const bob: Account = { bank: 'south', number: 'bob' }

type Balances = Record<string, number>

function add(balances: Balances, { number }: Account, cents: number) {
  balances[number] = (balances[number] ?? 0) + cents
}

/** The steps on balances in memory; every attempt goes through a model of the barrier. */
const options = {
  inputs: [
    { id: '1', from: ann, to: bob, cents: 2_500 },
    { id: '2', from: bob, to: ann, cents: 100 },
  ] satisfies Transfer[],
  state: (): Balances => ({ ann: 10_000, bob: 10_000 }),
  effects: {
    debit: {
      apply: (balances: Balances, { arg }: { arg: unknown }) =>
        add(balances, (arg as Transfer).from, -(arg as Transfer).cents),
      undo: (balances: Balances, { arg }: { arg: unknown }) =>
        add(balances, (arg as Transfer).from, (arg as Transfer).cents),
    },
    credit: {
      apply: (balances: Balances, { arg }: { arg: unknown }) =>
        add(balances, (arg as Transfer).to, (arg as Transfer).cents),
    },
  },
  invariants: [
    ({ state, ends }) => {
      const due = ends.every(({ outcome }) => outcome !== 'parked')
      const sum = (state.ann ?? 0) + (state.bob ?? 0)
      return due && sum !== 20_000 ? `the balances sum to ${sum}, not 20000` : undefined
    },
  ] satisfies Invariant<Balances>[],
}

const matrix = await sagaMatrix(transferSaga, options)

describe('a transfer with every fault in every step and compensation', () => {
  for (const cell of matrix.cells) it(cell.name, cell.run)
})

describe('transfers with two faults in any two places', () => {
  it('neither make nor lose money', async () => {
    const { counterExample, runs } = await explore(transferSaga, options)

    expect(counterExample?.diagram).toBeUndefined()
    expect(runs).toBeGreaterThan(100)
  })

  it('do so without the barrier', async () => {
    const { counterExample } = await explore(transferSaga, { ...options, barrier: 'none' })

    expect(counterExample?.wrong.join()).toContain('the balances sum to')
  })
})
