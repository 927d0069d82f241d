import { ApplicationFailure } from '@temporalio/common'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { LaneCall } from '../../definition/activity-types.js'
import type { SagaDefinition } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import { givenCode } from '../../saga-error.js'
import { inMemoryRuntime } from '../../testing/in-memory-runtime.js'
import type { StepAnswer } from '../../wire/answer.js'
import { createBatch } from '../batch.js'
import type { ActivityAnswer, ChildRequest, SagaRuntime } from './runtime.js'
import { inTicks } from './ticks.js'

interface Errand {
  readonly id: string
}

type Activities = Record<'act' | 'undo', (arg: Errand | undefined, call: LaneCall) => Promise<void>>

const step = { invoke: 'act', compensate: 'undo', onUnknown: 'compensate' } as const

const child = saga<Errand>('child', { key: ({ id }) => id })
  .activities<Activities>()
  .step('inner', step)
  .build()

/** A saga whose lanes go on side by side from the wait on, forward and backward. */
const errand = saga<Errand>('errand', { key: ({ id }) => id, deadline: (_, startedAt) => startedAt + 1_000 })
  .activities<Activities>()
  .step('one', step)
  .wait('word', { message: typed<string>() })
  .step('two', step)
  .parallel({ left: step, right: step })
  .stepWhen('sometimes', ({ key }) => key > 'b', step)
  .child('child', child, { workflow: 'child', arg: ({ input }) => input })
  .step('three', step)
  .build() as unknown as SagaDefinition

const lanes = ['a', 'b', 'c'].map((id): Errand => ({ id }))

/** The next event of a host: a local activity's answer, a timer, a child's end, or the answer of telling the parent. */
interface Open {
  readonly isEvent: boolean
  /** The time before which a timer does not ring. */
  readonly notBefore: number
  readonly answer: () => void
  /** The news of a child: it has parked, or goes on. */
  readonly hear?: ChildRequest['heard']
}

/**
 * A host like a Temporal worker: it checks at conditions when nothing runs any more. `asked` is what it was asked for, in order; `open`
 * has what it has not answered.
 */
function workerHost(refused: ReadonlySet<string>, now: () => number) {
  const conditions: { readonly condition: () => boolean; readonly resolve: () => void }[] = []
  const asked: string[] = []
  const open = new Map<number, Open>()
  const ask = <T>(what: string, isEvent: boolean, value: T, more: Partial<Open> = {}): Promise<T> =>
    new Promise((resolve) => {
      const seq = asked.push(what)
      const answer = () => {
        open.delete(seq)
        resolve(value)
      }
      open.set(seq, { isEvent, notBefore: 0, answer, ...more })
    })
  const runtime: SagaRuntime = {
    workflowId: 'errand',
    begunAt: 0,
    now,
    call: ({ activity, args }) => {
      const { step: name, lane } = args[1] as LaneCall
      const no: StepAnswer = { status: 'refused', code: givenCode('NO'), stored: true } as StepAnswer
      const answer: StepAnswer = refused.has(`${activity} ${name} ${lane}`) ? no : { status: 'done', value: undefined }
      return ask<ActivityAnswer>(`${activity} ${name} ${lane}`, false, { answer, blamesData: false })
    },
    child: ({ workflowId, heard }) => ({
      answer: ask<StepAnswer>(
        `start ${workflowId}`,
        true,
        { status: 'done', value: { outcome: 'completed' } },
        { hear: heard },
      ),
      cancel: () => void asked.push(`cancel ${workflowId}`),
    }),
    tellParent: (parked) => ask(`tell ${parked?.step}`, true, undefined),
    cancelRequested: () => false,
    whenCancelled: () => undefined,
    isCurrent: () => true,
    notes: { all: () => [], has: () => false, add: () => true },
    warn: () => undefined,
    until: (condition) =>
      new Promise((resolve) => {
        if (condition()) resolve()
        else conditions.push({ condition, resolve })
      }),
    sleep: () => ask('sleep', true, undefined),
    timer: (ms) => {
      const over = ask('timer', true, undefined, { notBefore: now() + ms })
      const seq = asked.length
      return {
        over,
        cancel: () => {
          asked.push(`cancel ${seq}`)
          open.get(seq)?.answer()
        },
      }
    },
    checkpoint: () => ask('checkpoint', true, undefined),
    shouldContinue: () => false,
    version: (_, newest) => newest,
    showDetails: () => undefined,
  }
  /** One activation: these answers together, then everything that follows. */
  async function activate(work: () => void): Promise<void> {
    work()
    for (let met = true; met; ) {
      await new Promise((resolve) => setImmediate(resolve))
      met = false
      for (const one of conditions.filter(({ condition }) => condition())) {
        conditions.splice(conditions.indexOf(one), 1)
        one.resolve()
        met = true
      }
    }
  }
  return { runtime, asked, open, activate }
}

type History = readonly ({ readonly at: number } & (
  | { readonly answers: number }
  | { readonly message: string }
  | { readonly hears: number; readonly parked: boolean }
))[]

function hear({ hear: tell }: Open, parked: boolean) {
  return tell?.(parked ? { step: 'inner', code: givenCode('DOWN') } : null)
}

/** Runs the errand as a worker does, one answer an activation, in the order that `choices` say. */
async function live(choices: readonly number[], refused: ReadonlySet<string>) {
  let now = 0
  const { runtime, asked, open, activate } = workerHost(refused, () => now)
  const batch = createBatch(errand, lanes, runtime)
  const history: History[number][] = []
  const said = ['a', 'b', 'c']
  const told = new Map<number, number>()
  await activate(() => void batch.run())
  for (let at = 0; open.size > 0 || said.length > 0; at++) {
    const choice = choices[at % choices.length] as number
    now += choice % 100
    const lane = said[0]
    const times = [...open.values()].map(({ notBefore }) => notBefore)
    if (lane === undefined) now = Math.max(now, Math.min(...times))
    const seqs = [...open.keys()].filter((one) => (open.get(one) as Open).notBefore <= now)
    if (lane !== undefined && (seqs.length === 0 || choice % 5 === 0)) {
      said.shift()
      history.push({ message: lane, at: now })
      await activate(() => void batch.message({ wait: 'word', lanes: { [lane]: { value: 'go' } } }))
      continue
    }
    const seq = seqs[choice % seqs.length] as number
    const news = told.get(seq) ?? 0
    if (open.get(seq)?.hear && choice % 3 === 0 && news < 2) {
      told.set(seq, news + 1)
      history.push({ hears: seq, parked: news === 0, at: now })
      await activate(() => hear(open.get(seq) as Open, news === 0))
      continue
    }
    history.push({ answers: seq, at: now })
    await activate(() => open.get(seq)?.answer())
  }
  return { asked, history, counts: batch.state().counts }
}

/** Runs it as a replay does: with each activation all answers that follow in history and have been asked for. */
async function replayed(history: History, refused: ReadonlySet<string>) {
  let now = 0
  const { runtime, asked, open, activate } = workerHost(refused, () => now)
  const batch = createBatch(errand, lanes, runtime)
  const left = [...history]
  await activate(() => void batch.run())
  while (left.length > 0) {
    await activate(() => {
      const event = left.shift()
      // A worker that heartbeats its workflow task has the replay begin later.
      const isLocal = event && 'answers' in event && open.get(event.answers)?.isEvent === false
      if (event) now = isLocal ? event.at : Math.min(event.at + 50, left[0]?.at ?? event.at)
      if (event && 'message' in event) batch.message({ wait: 'word', lanes: { [event.message]: { value: 'go' } } })
      else if (event && 'hears' in event) hear(open.get(event.hears) as Open, event.parked)
      else if (event) open.get(event.answers)?.answer()
      for (let next = left[0]; next && 'answers' in next; next = left[0]) {
        const answer = open.get(next.answers)
        if (!answer || answer.isEvent) break
        left.shift()
        now = next.at
        answer.answer()
      }
    })
  }
  return { asked, counts: batch.state().counts }
}

describe('branches that go on side by side', () => {
  const calls = ['two', 'left', 'right', 'sometimes', 'three'].flatMap((name) =>
    lanes.map(({ id }) => `act ${name} ${id}`),
  )

  it('make the same calls in the same order when a replay delivers many answers at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 }),
        fc.subarray(calls),
        async (choices, refused) => {
          const first = await live(choices, new Set(refused))
          const again = await replayed(first.history, new Set(refused))

          expect(again).toEqual({ asked: first.asked, counts: first.counts })
        },
      ),
      { numRuns: 150 },
    )
  }, 20_000)
})

describe('the events of one time', () => {
  it('are taken one by one: conditions, then events, then answers of local activities', async () => {
    const { workflowId: _, ...host } = inMemoryRuntime({ activities: {} })
    const answer = { answer: { status: 'done', value: undefined }, blamesData: false } as const
    const ticks = inTicks({
      ...host,
      workflowId: 'w',
      call: async () => answer,
      checkpoint: async () => undefined,
      tellParent: async () => undefined,
    })
    const { runtime } = ticks
    const policy = { startToCloseMs: 1, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 1 } }
    const request = { activity: 'act', args: [], summary: '', policy }
    const order: string[] = []
    const taken = (what: string) => () => order.push(what)

    expect(ticks.calling()).toBe(false)
    const all = [
      new Promise((resolve) => runtime.call(request, resolve)).then(taken('local')),
      new Promise((resolve) => runtime.call({ ...request, taskQueue: 'elsewhere' }, resolve)).then(
        taken('on another worker'),
      ),
      runtime.checkpoint().then(taken('checkpoint')),
      runtime.tellParent?.(null).then(taken('told')),
      runtime.until(() => true).then(taken('condition')),
    ]
    ticks.next(taken('said from outside'))
    expect(ticks.calling()).toBe(true)
    await Promise.all(all)

    expect(order[0]).toBe('condition')
    expect(order.at(-1)).toBe('local')
    expect(order.toSorted()).toEqual([
      'checkpoint',
      'condition',
      'local',
      'on another worker',
      'said from outside',
      'told',
    ])
    expect(ticks.calling()).toBe(false)
  })
})

describe('the end of a run', () => {
  const steps = saga<Errand>('steps', { key: ({ id }) => id })
    .activities<Activities>()
    .step('one', step)
    .step('two', step)
    .build() as unknown as SagaDefinition
  const act = async () => undefined

  it('is found after a tick: a run of one lane adds no condition to its host', async () => {
    const host = inMemoryRuntime({ activities: { act, undo: act } })
    const until = vi.fn(host.until)
    const report = await createBatch(steps, [{ id: 'a' }], { ...host, until }).run()
    expect(report).toMatchObject({ completed: 1 })
    expect(until).not.toHaveBeenCalled()
  })

  it('is a condition of the host while no call is open: a parked lane may continue as new', async () => {
    const host = inMemoryRuntime({
      activities: {
        act: async () => {
          throw ApplicationFailure.nonRetryable('out of order')
        },
      },
    })
    let tooLong = false
    const parks = saga<Errand>('parks', { key: ({ id }) => id })
      .activities<Activities>()
      .step('one', { invoke: 'act', compensate: 'undo', onUnknown: 'park' })
      .build() as unknown as SagaDefinition
    const batch = createBatch(parks, [{ id: 'a' }], { ...host, shouldContinue: () => tooLong })
    const end = batch.run()
    await host.atRest()
    expect(batch.lanes[0]?.status).toBe('parked')
    host.message(() => {
      tooLong = true
    })
    expect(await end).toHaveProperty('saga-core/carried')
  })

  it('is its first error, also while an activity is called that never answers', async () => {
    const { workflowId: _, ...host } = inMemoryRuntime({ activities: {} })
    const ticks = inTicks({ ...host, workflowId: 'w', call: () => new Promise(() => undefined) })
    const policy = { startToCloseMs: 1, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 1 } }
    const call = () => ticks.runtime.call({ activity: 'act', args: [], summary: '', policy }, () => undefined)
    const end = ticks.run(call, { ended: () => false, mayStop: () => false }, () => 'over')
    const broken = new Error('broken')
    setImmediate(() => {
      expect(ticks.calling()).toBe(true)
      ticks.fault(broken)
      ticks.fault(new Error('another'))
    })
    await expect(end).rejects.toBe(broken)
  })

  it('is the error of the function that makes its result', async () => {
    const { workflowId: _, ...host } = inMemoryRuntime({ activities: {} })
    const ticks = inTicks({ ...host, workflowId: 'w' })
    const end = ticks.run(
      () => undefined,
      { ended: () => true, mayStop: () => false },
      () => {
        throw new Error('too large')
      },
    )
    await expect(end).rejects.toThrow('too large')
  })
})
