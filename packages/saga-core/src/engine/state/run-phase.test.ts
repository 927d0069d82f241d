import { describe, expect, it } from 'vitest'
import { givenCode } from '../../saga-error.js'
import { type Lane, type LaneStatus, newLane } from '../run/lane.js'
import { phaseOf, stateOfCounts } from './run-phase.js'

/** Lanes by their status and step, as `parked one`. */
function lanesOf(...words: readonly string[]): readonly Lane[] {
  return words.map((word, at) => {
    const [status = '', step = ''] = word.split(' ')
    return Object.assign(newLane(`lane ${at}`, {}, 1, 0), { status: status as LaneStatus, at: step })
  })
}

describe('the phase of a run', () => {
  it.each([
    [[], 'ended', ''],
    [['ended three'], 'ended', ''],
    [['running one', 'running two'], 'running', 'one'],
    [['ended three', 'waiting two', 'running one'], 'running', 'two'],
    [['running one', 'compensating two', 'compensating three', 'ended three'], 'compensating', 'two'],
    [['compensating two', 'running one'], 'compensating', 'two'],
    [['compensating two', 'parked one', 'parked three'], 'parked', 'one'],
    [['running two', 'parked one'], 'parked', 'one'],
  ])('with the lanes %j is %s, at the step of the first lane of that state', (words, state, step) => {
    expect(phaseOf(lanesOf(...words))).toEqual({ state, step })
  })

  it('is at the step for which its first parked lane is parked', () => {
    const [lane] = lanesOf('parked three')
    const parked = { phase: 'compensation', step: 'one', code: givenCode('X'), message: '' } as const
    expect(phaseOf([Object.assign(lane as Lane, { parked })])).toEqual({ state: 'parked', step: 'one' })
  })
})

describe('the state of a run', () => {
  it.each([
    [{}, 'ended'],
    [{ completed: 3, refused: 1 }, 'ended'],
    [{ completed: 3, running: 1 }, 'running'],
    [{ waiting: 1 }, 'running'],
    [{ running: 4, waiting: 1, compensating: 1 }, 'compensating'],
    [{ running: 4, compensating: 2, parked: 1 }, 'parked'],
  ])('with so many lanes by status as %j is %s', (counts, state) => {
    expect(stateOfCounts(counts)).toBe(state)
  })
})
