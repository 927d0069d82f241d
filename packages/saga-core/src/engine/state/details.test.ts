import { describe, expect, it } from 'vitest'
import {
  type Errand,
  type LaneActivities,
  type LaneScript,
  laneActivities,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import { givenCode } from '../../saga-error.js'
import type { Verb } from '../outside/operation.js'
import { toDetails } from './details.js'
import type { LaneState, SagaState } from './saga-state.js'

const errand = saga<Errand>('errand', { key: ({ id }: Errand) => id })
  .activities<LaneActivities>()
  .step('one', step)
  .wait('word', { message: typed<string>() })
  .parallel({ left: { ...step, onUnknown: 'park' }, right: step })
  .build()

const nothing: SagaState = {
  saga: 'errand',
  version: 2,
  lanes: 3,
  counts: { completed: 1, parked: 2 },
  running: {},
  notable: [],
  audit: [],
  cancelRequested: false,
  unusedMessages: 0,
}
function laneOf(more: Partial<LaneState>): LaneState {
  return { key: 'a', status: 'parked', at: 'one', compensations: {}, ...more }
}

describe('the Markdown of a state', () => {
  it('is a line of counts, and no table where there is nothing to list', () => {
    expect(toDetails(nothing)).toBe('**errand** v2: 3 lanes, 1 completed, 2 parked')
  })

  it('has a line for the cancel, and the two tables with their heads', () => {
    const parked = { phase: 'action', step: 'one', code: givenCode('DOWN'), message: 'no | yes' } as const
    const cause = { kind: 'expired', code: 'SAGA_DEADLINE' } as const
    const notable = [
      laneOf({ parked }),
      laneOf({ key: 'b', status: 'ended', outcome: 'expired', cause }),
      laneOf({ key: 'c' }),
    ]
    expect(toDetails({ ...nothing, cancelRequested: true, running: { one: 2, two: 1 }, notable })).toBe(
      [
        '**errand** v2: 3 lanes, 1 completed, 2 parked',
        '',
        "The run's cancellation was requested.",
        '',
        '| step | lanes |',
        '|---|---|',
        '| one | 2 |',
        '| two | 1 |',
        '',
        '| lane | state | why |',
        '|---|---|---|',
        '| a | parked | one DOWN no / yes |',
        '| b | expired |  SAGA_DEADLINE  |',
        '| c | parked |  |',
      ].join('\n'),
    )
  })

  it('has reasons of at most 160 letters, and 5,461 letters in all: 16 KiB of three bytes each', () => {
    const parked = { phase: 'action', step: 'one', code: givenCode('X'), message: '张'.repeat(500) } as const
    const row = toDetails({ ...nothing, notable: [laneOf({ parked })] })
      .split('\n')
      .at(-1)
    expect(row).toBe(`| a | parked | one X ${'张'.repeat(154)} |`)

    const many = toDetails({ ...nothing, notable: Array.from({ length: 50 }, () => laneOf({ parked })) })
    expect(many).toHaveLength(5_463)
    expect(many.endsWith('张\n…')).toBe(true)
    expect(
      toDetails({ ...nothing, notable: many.length > 0 ? [laneOf({ key: 'x'.repeat(5_300) })] : [] }),
    ).not.toContain('…')
  })
})

function lost(): never {
  throw new Error('lost')
}

function started(script: LaneScript = {}) {
  const run = recordedRun(errand, [{ id: 'a' }, { id: 'b' }], laneActivities(script))
  return {
    ...run,
    /** The lines of the details without the heads of tables. */
    shown: () =>
      run.runtime
        .details()
        .split('\n')
        .filter((line) => line !== '' && !/^\|(---| step| lane)/.test(line)),
    say: (lanes: { readonly [key: string]: { readonly value: string } }) =>
      run.runtime.message(() => run.batch.message({ wait: 'word', lanes })),
    operate: (verb: Verb) =>
      run.runtime.message(() => run.batch.operate({ verb, actor: 'ann', reason: 'enough', operationId: verb })),
  }
}

describe('the details of a run', () => {
  it('have the running steps, with their number of lanes', async () => {
    const gate = Promise.withResolvers<string>()
    const run = started({ 'action one': () => gate.promise, 'action left': () => gate.promise })
    await run.runtime.atRest()
    expect(run.shown()).toEqual(['**errand** v1: 2 lanes, 2 running', '| one | 2 |'])
    run.operate('abort')
    gate.resolve('one')
    await run.report
  })

  it('have the waiting lanes', async () => {
    const run = started()
    await run.until('a', 'waiting')
    await run.runtime.atRest()
    expect(run.shown()).toEqual(['**errand** v1: 2 lanes, 2 waiting', '| word | 2 |'])
    run.say({ a: { value: 'go' } })
    await run.until('a', 'ended')
    await run.runtime.atRest()
    run.say({ b: { value: 'go' } })
    await run.report

    expect(run.shown()).toEqual(['**errand** v1: 2 lanes, 2 completed'])
  })

  it('have a parked lane with its reason', async () => {
    const run = started({ 'action left a': lost })
    await run.until('a', 'waiting')
    run.say({ a: { value: 'go' } })
    await run.until('a', 'parked')
    await run.runtime.atRest()
    expect(run.shown()).toEqual([
      '**errand** v1: 2 lanes, 1 parked, 1 waiting',
      '| word | 1 |',
      '| a | parked | left SAGA_UNKNOWN lost |',
    ])
    run.operate('abandon')
    expect(run.shown()).toContain('| a | abandoned | left SAGA_UNKNOWN lost |')
    run.operate('abort')
    await run.report
  })

  it('have a lane that parked after another', async () => {
    const run = started({ 'action left': lost })
    for (const lane of ['a', 'b']) {
      await run.until(lane, 'waiting')
      run.say({ [lane]: { value: 'go' } })
      await run.until(lane, 'parked')
      await run.runtime.atRest()
      expect(run.shown()).toContain(`| ${lane} | parked | left SAGA_UNKNOWN lost |`)
    }
    run.operate('abandon')
    await run.report
  })

  it('have a lane with a stuck compensation', async () => {
    const run = started({ 'action right a': lost, 'compensation one a': lost })
    await run.until('a', 'waiting')
    run.say({ a: { value: 'go' } })
    await run.until('a', 'parked')
    await run.runtime.atRest()
    expect(run.shown()).toContain('| a | parked | one SAGA_UNKNOWN lost |')
    run.operate('abandon')
    run.operate('abort')
    await run.report
  })

  it('have a lane that rolled back at its wait', async () => {
    const gate = Promise.withResolvers<string>()
    const run = started({ 'compensation one': () => gate.promise })
    await run.until('a', 'waiting')
    run.runtime.cancel()
    await run.until('a', 'compensating')
    await run.runtime.atRest()
    expect(run.shown()).toContain('| a | compensating |  SAGA_CANCELLED  |')
    gate.resolve('undone')
    await run.report
  })
})
