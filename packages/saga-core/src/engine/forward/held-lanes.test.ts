import { describe, expect, it } from 'vitest'
import {
  type Errand,
  type LaneScript,
  laneActivities,
  type RecordedOptions,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { lost, plain, storedNo, undone } from '../../../test/engine/rolled-back.js'
import { typed } from '../../definition/typed.js'
import { ownershipStep } from '../../wire/names.js'
import type { CarriedRun } from '../carry.js'

const endless = { ...step, retry: { initialMs: 1_100, factor: 1, maximumMs: 1_100, attempts: 0 } } as const
const untilRetried = 3_000

/** A run whose history is long once `grow` is called. */
function started(
  definition: unknown,
  inputs: readonly Errand[] | CarriedRun,
  script: LaneScript,
  options: RecordedOptions = {},
) {
  let isLong = false
  const host = { shouldContinue: () => isLong }
  const run = recordedRun(definition, inputs, laneActivities(script), { ...options, host })
  return {
    ...run,
    grow: () => {
      isLong = true
      run.runtime.wake()
    },
    carried: () => run.ended as Promise<CarriedRun>,
  }
}

function openOf(carried: CarriedRun) {
  return carried['saga-core/carried'].open
}

describe('lanes that are held for a new run', () => {
  it('go on in this one when it has grown too large to be carried', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const large = 'x'.repeat(200 * 1024)
    let isUp = false
    const definition = plain().step('one', endless).step('two', step).step('three', step).build()
    const run = started(
      definition,
      ids.map((id) => ({ id })),
      { 'action one': () => large, 'action one h': () => (isUp ? large : lost()) },
    )
    await run.runtime.clock.sleep(untilRetried)
    expect(run.asked()).not.toContain('action two a')
    isUp = true
    run.grow()

    expect(await run.report).toMatchObject({ completed: ids.length, except: [] })
    expect(run.asked().filter((call) => call.startsWith('action three'))).toHaveLength(ids.length)
  })

  it('are taken for their workflow in the new run where that was not known', async () => {
    const definition = plain().step('one', step).build()
    let isUp = false
    const owner = { activity: 'ask', setWise: false, policy: { startToCloseMs: 1_000, retry: endless.retry } }
    const script = { [`action ${ownershipStep} b`]: () => (isUp ? '' : lost()) }
    const run = started({ ...definition, owner }, [{ id: 'a' }, { id: 'b' }], script)
    await run.runtime.clock.sleep(untilRetried)
    run.grow()
    const carried = await run.carried()
    expect(openOf(carried).map((lane) => [lane.key, lane.at])).toContainEqual(['b', ownershipStep])
    isUp = true
    const next = started({ ...definition, owner }, JSON.parse(JSON.stringify(carried)), script)

    expect((await next.report).completed).toBe(2)
  })

  it('keep the compensations that they owe for the new run', async () => {
    const definition = plain()
      .step('one', step)
      .step('two', { ...step, compensation: endless })
      .step('three', step)
      .build()
    let isUp = false
    const script = { 'action three': storedNo, 'compensation two': () => isUp || lost() }
    const run = started(definition, [{ id: 'a' }, { id: 'b' }], script)
    await run.runtime.clock.sleep(untilRetried)
    run.grow()
    const carried = await run.carried()
    expect(undone(run.asked())).not.toContain('one a')
    expect(openOf(carried)).toMatchObject([{ status: 'compensating' }, { status: 'compensating' }])
    isUp = true
    const next = started(definition, JSON.parse(JSON.stringify(carried)), script)

    expect((await next.report).except).toMatchObject([
      { key: 'a', outcome: 'refused', compensations: { one: 'done', two: 'done' } },
      { key: 'b', outcome: 'refused', compensations: { one: 'done', two: 'done' } },
    ])
  })

  it('begin no compensation where the history was long as they were refused', async () => {
    const definition = plain({ compensation: 'parallel' }).step('one', step).step('two', step).build()
    const run = started(definition, [{ id: 'a' }], {
      'action two': () => {
        run.grow()
        return storedNo()
      },
    })
    const carried = await run.carried()
    expect(undone(run.asked())).toEqual([])
    const next = started(definition, JSON.parse(JSON.stringify(carried)), {})

    expect((await next.report).except).toMatchObject([{ outcome: 'refused', compensations: { one: 'done' } }])
  })

  it('wait on where the activity that decides about their message is held', async () => {
    const definition = plain()
      .wait('word', { message: typed<string>(), decide: 'ask', decision: endless })
      .step('one', step)
      .build()
    let isUp = false
    const script = { 'decide word': () => (isUp ? 'yes' : lost()) }
    const run = started(definition, [{ id: 'a' }], script)
    await run.until('a', 'waiting')
    run.runtime.message(() => run.batch.message({ wait: 'word', lanes: { a: { value: 'go' } } }))
    await run.runtime.clock.sleep(untilRetried)
    run.grow()
    const carried = await run.carried()
    expect(openOf(carried)).toMatchObject([{ key: 'a', status: 'waiting', inbox: { word: { value: 'go' } } }])
    isUp = true
    const next = started(definition, JSON.parse(JSON.stringify(carried)), script)

    expect((await next.report).completed).toBe(1)
  })
})
