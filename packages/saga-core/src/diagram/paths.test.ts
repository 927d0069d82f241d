import { ApplicationFailure } from '@temporalio/common'
import { describe, expect, it } from 'vitest'
import { refuse } from '../activity/index.js'
import { createBatch } from '../engine/batch.js'
import { type LaneState, toLaneState } from '../engine/state/saga-state.js'
import type { LaneCall, SagaDefinition } from '../index.js'
import { saga, typed } from '../index.js'
import { inMemoryRuntime } from '../testing/in-memory-runtime.js'
import { lanePath } from './lane-path.js'
import { toMermaid } from './to-mermaid.js'

/** Faults of a lane by the name of its step or compensation; the others succeed. */
interface Errand {
  readonly id: string
  readonly does?: Readonly<Record<string, 'refuse' | 'fail'>>
}

function key({ id }: Errand) {
  return id
}
const once = { retry: { attempts: 1 } }
const step = { invoke: 'act', compensate: 'act', onUnknown: 'compensate', compensation: once, ...once } as const

type Activities = { act(arg: Errand | undefined, call: LaneCall): Promise<void> }

const errand = saga<Errand>('errand', { key })
  .activities<Activities>()
  .adopted('hold', { compensate: 'act', compensation: once })
  .step('one', step)
  .parallel({ left: step, right: step })
  .forEach('each', { ...step, items: ({ input }) => [input, { ...input, id: 'other' }], key })
  .stepWhen('sometimes', () => false, step)
  .step('extra', { invoke: 'act', optional: true, ...once })
  .wait('word', { message: typed<string>() })
  .pivot('go', { invoke: 'act', ...once })
  .retriable('tell', { invoke: 'act', ...once })
  .build() as unknown as SagaDefinition

const activities = {
  act: async ({ does = {} }: Errand = { id: '' }, { step: name, phase, lane }: LaneCall) => {
    const what = phase === 'compensation' ? `undo ${name}` : name
    const answer = does[what] ?? does[`${what} ${lane.split('\u001f')[2]}`]
    if (answer === 'refuse') throw refuse('NO')
    if (answer === 'fail') throw ApplicationFailure.nonRetryable('it broke')
  },
}

/** Runs a lane until it is at rest; returns the state of the run and of the lane. */
async function settled(does: Errand['does'], { word = true, cancel = false } = {}) {
  const runtime = inMemoryRuntime({ activities })
  const batch = createBatch(errand, [{ id: 'a', does }], runtime)
  void batch.run()
  await runtime.clock.idle()
  if (word) runtime.message(() => batch.message({ wait: 'word', lanes: { a: { value: 'go' } } }))
  if (cancel) runtime.cancel()
  await runtime.clock.idle()
  const lane = batch.lane('a')
  return { state: batch.state(), lane: toLaneState(lane as NonNullable<typeof lane>) }
}

/** Node ids of a diagram by mark. */
function marksIn(text: string) {
  return Object.fromEntries([...text.matchAll(/^ {2}class (\S+) (\S+)$/gm)].map(([, ids, mark]) => [mark, ids]))
}

function pathOf(lane: LaneState) {
  return marksIn(toMermaid(errand, lane))
}

// hold s0, one s1, left s2, right s3, each s4, sometimes s5, extra s6, word s7, go s8, tell s9
describe('the path of a lane', () => {
  it('that completed: all steps are done, except those that may have been left out', async () => {
    const { lane } = await settled({ extra: 'refuse' })

    expect(pathOf(lane)).toEqual({ done: 's0,s1,s2,s3,s4,s7,s8,s9,completed', perhaps: 's5', failed: 's6' })
    expect(toMermaid(errand, lane)).toContain('s6["extra<br/>act<br/>optional<br/>went on without"]')
  })

  it('with a step past the pivot that an operator skipped', async () => {
    const { lane } = await settled({})
    const skipping = { ...lane, partly: ['tell'] }

    expect(pathOf(skipping)).toMatchObject({ settled: 's9' })
    expect(toMermaid(errand, skipping)).toContain('<br/>skipped"]')
  })

  it('that was refused: marks the refused step, the steps done, and the compensations', async () => {
    const { lane } = await settled({ right: 'refuse' })

    expect(pathOf(lane)).toEqual({ compensated: 'c0,c1,c2', done: 's0,s1', perhaps: 's2', refused: 's3,undone' })
  })

  it('that failed: the unknown step is compensated, and the steps ahead are fenced', async () => {
    const { lane } = await settled({ one: 'fail' })

    expect(pathOf(lane)).toMatchObject({ failed: 's1,undone', done: 's0' })
    expect(toMermaid(errand, lane)).toContain('s1["one<br/>act<br/>SAGA_UNKNOWN"]')
  })

  it('whose siblings both failed shows both', async () => {
    const { lane } = await settled({ left: 'refuse', right: 'fail' })

    expect(pathOf(lane)).toMatchObject({ refused: 's2,undone', failed: 's3' })
  })

  it('with a refused element', async () => {
    const { lane } = await settled({ 'each other': 'refuse' })

    expect(pathOf(lane)).toEqual({ compensated: 'c0,c1,c2,c3,c4', done: 's0,s1,s2,s3', refused: 's4,undone' })
  })

  it('whose compensation is stuck: marks the owed compensations, and the one at which it is parked', async () => {
    const { lane } = await settled({ right: 'refuse', 'undo one': 'fail' })

    expect(pathOf(lane)).toMatchObject({ compensated: 'c2', stuck: 'c1,parked', owed: 'c0', refused: 's3' })
  })

  it('that waits: marks its wait', async () => {
    const { lane } = await settled({}, { word: false })

    expect(pathOf(lane)).toEqual({ done: 's0,s1,s2,s3,s4,s6', perhaps: 's5', waiting: 's7' })
  })

  it('that was cancelled: the steps with an owed compensation may have happened', async () => {
    const { lane } = await settled({}, { word: false, cancel: true })

    expect(pathOf(lane)).toEqual({
      compensated: 'c0,c1,c2,c3,c4',
      perhaps: 's0,s1,s2,s3,s4',
      failed: 'undone',
    })
  })

  it('that is parked after its pivot: marks the step', async () => {
    const { lane } = await settled({ tell: 'fail' })

    expect(pathOf(lane)).toEqual({ done: 's0,s1,s2,s3,s4,s6,s7,s8', perhaps: 's5', stuck: 's9,parked' })
  })

  it('that another run owns: marks no step', () => {
    const duplicate: LaneState = { key: 'a', status: 'ended', at: '@own', outcome: 'duplicate', compensations: {} }

    expect(pathOf(duplicate)).toEqual({ failed: 'undone' })
  })
})

describe('a path as data', () => {
  it('has the steps in order, each with its state and its compensation', async () => {
    const { lane } = await settled({ right: 'refuse', 'undo one': 'fail' })

    expect(lanePath(errand, lane).slice(0, 4)).toEqual([
      { step: 'hold', kind: 'adopted', state: 'done', compensation: { activity: 'act', state: 'owed' } },
      { step: 'one', kind: 'compensatable', state: 'done', compensation: { activity: 'act', state: 'stuck' } },
      {
        step: 'left',
        kind: 'compensatable',
        state: 'perhaps',
        compensation: { activity: 'act', state: 'compensated' },
      },
      {
        step: 'right',
        kind: 'compensatable',
        state: 'refused',
        note: 'NO',
        compensation: { activity: 'act', state: 'unused' },
      },
    ])
  })

  it('of no lane yet is all ahead', () => {
    const steps = lanePath(errand)

    expect(steps.map(({ state }) => state)).toEqual(Array(10).fill('ahead'))
    expect(steps.at(7)).toEqual({ step: 'word', kind: 'compensatable', state: 'ahead' })
  })
})

describe('a run', () => {
  it('shows the number of lanes at each node', async () => {
    const runtime = inMemoryRuntime({ activities })
    const lanes: readonly Errand[] = [
      { id: 'a' },
      { id: 'b' },
      { id: 'c', does: { one: 'refuse' } },
      { id: 'd', does: { right: 'refuse', 'undo one': 'fail' } },
    ]
    const batch = createBatch(errand, lanes, runtime)
    void batch.run()
    await runtime.clock.idle()

    const drawn = toMermaid(errand, batch.state())
    expect(marksIn(drawn)).toEqual({ waiting: 's7', stuck: 'c1,parked', compensated: 'undone' })
    expect(drawn).toContain('s7[/"word<br/>waits for a message<br/>2 here"/]')
    expect(drawn).toContain('c1("act<br/>1 parked")')
    expect(drawn).toContain('undone(["undone<br/>1 refused"])')
  })
})
