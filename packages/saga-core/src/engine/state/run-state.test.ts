import { describe, expect, it } from 'vitest'
import {
  type Errand,
  type LaneActivities,
  laneActivities,
  once,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import type { SagaDefinition } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import { newLane } from '../run/lane.js'
import { fromLaneEnd, toState } from './saga-state.js'

function plain() {
  return saga<Errand>('errand', { key: ({ id }: Errand) => id }).activities<LaneActivities>()
}

function lost(): never {
  throw new Error('lost')
}

it('the state of a run has at most 50 lanes, parked ones first', () => {
  const lanes = Array.from({ length: 60 }, (_, at) =>
    Object.assign(newLane(`lane ${at}`, {}, 1, 0), { status: at < 55 ? 'compensating' : 'parked' } as const),
  )
  const facts = { version: 1, audit: [], cancelRequested: false, unusedMessages: 0 }
  const { notable } = toState(plain().step('one', step).build() as unknown as SagaDefinition, lanes, facts)
  expect(notable.map(({ key }) => key)).toEqual([...lanes.slice(55), ...lanes.slice(0, 45)].map(({ key }) => key))
  expect(notable[0]).toStrictEqual({ key: 'lane 55', status: 'parked', at: '', compensations: {} })
})

it('a lane that ended before its run continued as new is in no step', () => {
  expect(fromLaneEnd({ key: 'a', outcome: 'refused' })).toStrictEqual({
    key: 'a',
    outcome: 'refused',
    status: 'ended',
    at: '',
    compensations: {},
  })
})

describe('the state of a run has', () => {
  it('the time at which a lane began to roll back, and at which it parked', async () => {
    const run: ReturnType<typeof recordedRun> = recordedRun(
      plain().step('one', step).step('two', step).build(),
      [{ id: 'a' }],
      laneActivities({
        'action two': async () => {
          await run.runtime.clock.sleep(50)
          lost()
        },
        'compensation two': async () => {
          await run.runtime.clock.sleep(40)
          lost()
        },
      }),
    )
    await run.until('a', 'compensating')
    expect(run.batch.laneState('a')?.since).toBe(50)
    await run.until('a', 'parked')
    expect(run.batch.state().notable[0]?.since).toBeGreaterThanOrEqual(90)

    run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
    await run.report
  })

  it('a call that is being retried: its step, the number of its attempt, and since when', async () => {
    let isDown = true
    const retry = { initialMs: 100, factor: 1, maximumMs: 100, attempts: 0 }
    const run = recordedRun(
      plain()
        .step('one', { ...step, retry })
        .build(),
      [{ id: 'a' }],
      laneActivities({ 'action one': () => (isDown ? lost() : 'one') }),
    )
    await run.runtime.clock.sleep(250)
    expect(run.batch.state().notable).toMatchObject([
      { key: 'a', status: 'running', retrying: { step: 'one', attempt: 3, since: 100 } },
    ])
    isDown = false
    await run.report
    expect(run.batch.laneState('a')).not.toHaveProperty('retrying')
  })

  it('a call that is being retried while one beside it is answered', async () => {
    const retry = { initialMs: 20, factor: 1_000, maximumMs: 60_000, attempts: 3 }
    const run: ReturnType<typeof recordedRun> = recordedRun(
      plain()
        .parallel({ left: step, right: { ...step, retry } })
        .build(),
      [{ id: 'a' }],
      laneActivities({ 'action left': () => run.runtime.clock.sleep(50), 'action right': lost }),
    )
    await run.runtime.clock.sleep(90)

    expect(run.batch.laneState('a')?.retrying).toEqual({ step: 'right', attempt: 2, since: 20 })
    await run.report
  })

  it('no such time for a lane that goes on', async () => {
    let isDown = true
    const gate = Promise.withResolvers<string>()
    const run = recordedRun(
      plain()
        .step('one', { ...step, onUnknown: 'park' })
        .build(),
      [{ id: 'a' }],
      laneActivities({ 'action one': () => (isDown ? lost() : gate.promise) }),
    )
    await run.until('a', 'parked')
    isDown = false
    run.runtime.message(() => run.batch.operate({ verb: 'retry', actor: 'ann', reason: 'no', operationId: '1' }))

    expect(run.batch.laneState('a')).toMatchObject({ status: 'running' })
    expect(run.batch.laneState('a')).not.toHaveProperty('since')
    gate.resolve('one')
    await run.report
  })

  it('the failure of an undecided lane, until it is decided', async () => {
    let isDown = true
    const deciding = plain()
      .waitingPivot('paid', { message: typed<string>(), deadline: () => 500, decide: 'ask', decision: once })
      .build()
    const run = recordedRun(
      deciding,
      [{ id: 'a' }],
      laneActivities({ 'decide paid': () => (isDown ? lost() : 'paid') }),
    )
    await run.runtime.until(() => run.batch.laneState('a')?.pending !== undefined)

    expect(run.batch.state().notable).toMatchObject([
      { key: 'a', status: 'waiting', pending: { code: 'SAGA_UNKNOWN', message: 'lost' } },
    ])
    expect(run.runtime.details()).toContain('| a | waiting |  SAGA_UNKNOWN lost |')
    isDown = false
    expect((await run.report).completed).toBe(1)
    expect(run.batch.laneState('a')).not.toHaveProperty('pending')
  })

  it('the requested cancel, though lanes past their pivot go on', async () => {
    const gate = Promise.withResolvers<string>()
    const run = recordedRun(
      plain().pivot('go', { invoke: 'act' }).retriable('tell', { invoke: 'act' }).build(),
      [{ id: 'a' }],
      laneActivities({ 'action tell': () => gate.promise }),
    )
    await run.runtime.until(() => run.lane('a')?.at === 'tell')
    expect(run.batch.state().cancelRequested).toBe(false)
    run.runtime.cancel()

    expect(run.batch.state().cancelRequested).toBe(true)
    gate.resolve('told')
    expect((await run.report).completed).toBe(1)
  })
})
