import { setTimeout } from 'node:timers/promises'
import type { Operation, RunOptions, Verb } from 'saga-core'
import { expect } from 'vitest'
import type { ScriptedLane } from '../conformance/activities.js'
import type { TemporalRun } from '../conformance/temporal-host.js'
import type { World } from '../conformance/world.js'
import type { RecordedSaga } from './sagas.js'

/** One run whose history is kept, named after its course. */
export interface Scenario {
  readonly saga: RecordedSaga
  readonly lanes: () => readonly ScriptedLane[]
  readonly options?: (taskQueue: string) => RunOptions
  /** A call that is held up until `play` releases it. */
  readonly hold?: string
  readonly play?: (run: TemporalRun, hold: ReturnType<World['holdUp']>) => Promise<unknown>
  /** Recorded as `play` leaves it, parked or waiting; the others are recorded when they have ended. */
  readonly open?: true
}

function until(status: string) {
  return (run: TemporalRun) => expect.poll(async () => (await run.state()).counts[status] ?? 0).toBeGreaterThan(0)
}

function operate(verb: Verb, more: Partial<Operation> = {}) {
  return async (run: TemporalRun) => {
    await until('parked')(run)
    run.world.mended = true
    await run.operate({ verb, actor: 'ann', reason: 'for the record', operationId: verb, ...more })
  }
}

function message(wait: string, lanes: Parameters<TemporalRun['message']>[0]['lanes']) {
  return async (run: TemporalRun) => {
    await until('waiting')(run)
    await run.message({ wait, lanes })
  }
}

function soon() {
  return Date.now() + 200
}

function inAYear() {
  return Date.now() + 365 * 86_400_000
}

const stuck: ScriptedLane = { id: 'a', on: { three: 'refuse' }, undo: { two: 'down' } }
const elements = ['x', 'y', 'z'].map((id): ScriptedLane => ({ id, ...(id === 'y' && { on: { each: 'refuse' } }) }))

/** Runs that completed, were refused, were undone half-way, parked and waited. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'setWise-refused-beside-a-neighbour': {
    saga: 'setWise',
    lanes: () => [{ id: 'a', on: { three: 'refuse' } }, { id: 'b' }],
  },
  'setWise-unknown': { saga: 'setWise', lanes: () => [{ id: 'a', on: { two: 'lost' } }, { id: 'b' }] },
  'setWise-half-compensated-and-parked': { saga: 'setWise', lanes: () => [stuck], play: until('parked'), open: true },
  'setWise-parked-and-retried': { saga: 'setWise', lanes: () => [stuck], play: operate('retry') },
  'setWise-confirmed-later': {
    saga: 'setWise',
    lanes: () => [{ id: 'a', on: { three: 'refuse' }, undo: { two: 'pends' } }, { id: 'b' }],
    play: async (run) => {
      await expect.poll(() => run.world.times('compensation two a')).toBeGreaterThan(1)
      await run.message({ wait: 'two', lanes: { a: { value: 'it is there' } } })
    },
  },
  'setWise-cancelled': {
    saga: 'setWise',
    lanes: () => [{ id: 'a' }],
    hold: 'action two',
    play: async (run, hold) => {
      await hold.entered
      await run.cancel()
      hold.release()
    },
  },
  'setWise-with-a-step-on-a-task-queue': {
    saga: 'setWise',
    lanes: () => [{ id: 'a' }],
    options: (taskQueue) => ({ placement: { two: taskQueue } }),
  },
  'perLane-refused-beside-neighbours': {
    saga: 'perLane',
    lanes: () => [{ id: 'a', on: { two: 'refuse' } }, { id: 'b' }],
  },
  'owned-duplicate': { saga: 'owned', lanes: () => [{ id: 'a', on: { '@own': 'refuse' } }, { id: 'b' }] },
  'pivoted-parked-and-skipped': {
    saga: 'pivoted',
    lanes: () => [{ id: 'a', on: { tell: 'down' } }],
    play: operate('skip'),
  },
  'parking-independent-and-retried': { saga: 'parking', lanes: () => [stuck], play: operate('retry') },
  'parking-unknown-and-parked': {
    saga: 'parking',
    lanes: () => [{ id: 'a', on: { one: 'lost' } }],
    play: until('parked'),
    open: true,
  },
  'doubtful-parked-retried-and-compensated': {
    saga: 'doubtful',
    lanes: () => [{ id: 'a', on: { two: 'down', three: 'lost' } }],
    play: operate('retry'),
  },
  'group-refused': {
    saga: 'group',
    lanes: () => [{ id: 'a', on: { left: 'refuse' } }],
  },
  'hasty-called-off': {
    saga: 'hasty',
    lanes: () => [{ id: 'a', on: { left: 'refuse', right: 'down' } }],
    options: (taskQueue) => ({ placement: { left: taskQueue, right: taskQueue } }),
    hold: 'action left',
    play: async (run, hold) => {
      await expect.poll(() => run.world.times('action right a')).toBe(1)
      hold.release()
    },
  },
  'list-refused': { saga: 'list', lanes: () => [{ id: 'a', elements }] },
  'sometimes-left-out-and-failed': {
    saga: 'sometimes',
    lanes: () => [
      { id: 'a', on: { one: 'skip' } },
      { id: 'b', on: { two: 'refuse' } },
    ],
  },
  'verifying-unknown': {
    saga: 'verifying',
    lanes: () => [{ id: 'a', on: { two: 'down' }, verdict: 'fenced' }],
  },
  'approving-waiting': {
    saga: 'approving',
    lanes: () => [{ id: 'a', until: inAYear() }],
    play: until('waiting'),
    open: true,
  },
  'approving-approved': {
    saga: 'approving',
    lanes: () => [{ id: 'a' }],
    play: message('approval', { a: { value: { by: 'ann' } } }),
  },
  'approving-too-late': { saga: 'approving', lanes: () => [{ id: 'a', until: soon() }] },
  'hurrying-too-late': { saga: 'hurrying', lanes: () => [{ id: 'a', within: 200 }] },
  'hurrying-told-in-time': {
    saga: 'hurrying',
    lanes: () => [{ id: 'a' }],
    play: async (run) => {
      await message('word', { a: { value: 'go' } })(run)
      await expect.poll(async () => (await run.state()).running).toEqual({ other: 1 })
    },
    open: true,
  },
  'signing-left-out-beside-a-message': {
    saga: 'signing',
    lanes: () => [{ id: 'a', on: { word: 'skip' } }, { id: 'b' }],
    play: message('word', { b: { value: 'yes' } }),
  },
  'deciding-paid': {
    saga: 'deciding',
    lanes: () => [{ id: 'a' }],
    play: message('paid', { a: { value: 'a hint' } }),
  },
  'parent-undone': { saga: 'parent', lanes: () => [{ id: 'a', on: { three: 'refuse' } }] },
  'parent-with-a-parked-child': {
    saga: 'parent',
    lanes: () => [{ id: 'a', on: { last: 'refuse' }, undo: { inner: 'down' } }],
    play: until('parked'),
    open: true,
  },
  'guardian-parked-retried-and-expired': {
    saga: 'guardian',
    lanes: () => [{ id: 'a', on: { inner: 'down' }, until: Date.now() + 3_000 }],
    play: async (run) => {
      await until('parked')(run)
      run.world.mended = true
      await (await run.child('child/a')).operate({
        verb: 'retry',
        actor: 'ann',
        reason: 'for the record',
        operationId: 'retry',
      })
    },
  },
  'expiring-in-a-step': {
    saga: 'expiring',
    lanes: () => [{ id: 'a', until: soon() }],
    hold: 'action one',
    play: async (_, hold) => {
      await hold.entered
      await setTimeout(600)
      hold.release()
    },
  },
  'expiring-waiting': { saga: 'expiring', lanes: () => [{ id: 'a' }], play: until('waiting'), open: true },
  'atOnce-half-compensated-and-parked': { saga: 'atOnce', lanes: () => [stuck], play: until('parked'), open: true },
  'checked-invalid': { saga: 'checked', lanes: () => [{ id: 'a' }, { id: 'b', on: {} }] },
  'grown-completed': { saga: 'grown', lanes: () => [{ id: 'a' }] },
  'mixed-parked-and-retried': { saga: 'mixed', lanes: () => [stuck], play: operate('retry') },
  'patient-flaky': { saga: 'patient', lanes: () => [{ id: 'a', on: { one: 'flaky' } }] },
}
