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
import type { Verb } from '../outside/operation.js'

const errand = saga<Errand>('errand', { key: ({ id }: Errand) => id })
  .activities<LaneActivities>()
  .step('one', step)
  .wait('word', { message: typed<string>() })
  .parallel({ left: { ...step, onUnknown: 'park' }, right: step })
  .build()

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
