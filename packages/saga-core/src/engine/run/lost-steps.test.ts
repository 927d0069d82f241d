import { describe, expect, it } from 'vitest'
import {
  type Errand,
  key,
  type LaneActivities,
  type LaneScript,
  laneActivities,
  once,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import type { StepDefinition } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import type { CarriedRun } from '../carry.js'
import type { Verb } from '../outside/operation.js'
import type { Notes } from './runtime.js'

/** A saga whose first step only lanes with items have, and whose last step parks them. */
const errand = saga<Errand>('errand', { key })
  .activities<LaneActivities>()
  .stepWhen('one', ({ input }) => input.items !== undefined, step)
  .step('two', step)
  .wait('word', { message: typed<string>(), deadline: () => 0, onDeadline: { value: 'nothing' } })
  .step('three', { ...step, onUnknown: 'park' })
  .build()

/** A saga with a step under another name. */
function renamed<T extends { readonly steps: readonly StepDefinition[] }>(definition: T, from: string, to: string): T {
  const steps = definition.steps.map((one) => (one.name === from ? { ...one, name: to } : one))
  return { ...definition, steps }
}

function errands({ first = 'one', last = 'three' } = {}) {
  return renamed(renamed(errand, 'one', first), 'three', last)
}

function down(): never {
  throw new Error('down')
}

const lanes: readonly Errand[] = [{ id: 'a', items: [] }, { id: 'b' }]
const parking: LaneScript = { 'action three': down, 'action drei': down }

/** What a run keeps in its history, for executions by one definition after the other. */
function history(kept = new Set<string>()) {
  const now = { isReplaying: false }
  const notes: Notes = {
    all: () => kept,
    has: (text) => kept.has(text),
    add: (text) => kept.has(text) || (!now.isReplaying && kept.add(text).has(text)),
  }
  return { kept, now, notes }
}

type History = ReturnType<typeof history>

/** An execution that begins with the replay of what is in history. */
function executed(definition: unknown, past: History, given: readonly Errand[] | CarriedRun = lanes, script = parking) {
  past.now.isReplaying = past.kept.size > 0
  const warnings: string[] = []
  const state = { isLong: false }
  const host = {
    notes: past.notes,
    warn: (message: string) => void warnings.push(message),
    shouldContinue: () => state.isLong,
  }
  const run = recordedRun(definition, given, laneActivities(script), { host })
  let sent = 0
  return {
    ...run,
    warnings,
    parked: (id: string) => run.until(id, 'parked'),
    /** Resolves when that lane is parked for a compensation. */
    stuck: (id: string) =>
      run.runtime.until(() => run.lane(id)?.status === 'parked' && run.lane(id)?.parked?.phase === 'compensation'),
    operate(verb: Verb, more = {}) {
      const operation = { verb, actor: 'ann', reason: 'enough', operationId: `${++sent}`, ...more }
      return run.runtime.message(() => run.batch.operate(operation))
    },
    goLive() {
      past.now.isReplaying = false
    },
    async carried() {
      state.isLong = true
      run.runtime.wake()
      return (await run.ended) as CarriedRun
    },
  }
}

/** A run whose lanes have parked at their last step, by the definition as it was. */
async function parkedOnce(past = history()) {
  const run = executed(errands(), past)
  await Promise.all([run.parked('a'), run.parked('b')])
  return { past, run }
}

/** The same run under another definition, as far as its history goes. */
async function replayed(definition: unknown, past: History) {
  const run = executed(definition, past)
  await Promise.all([run.parked('a'), run.parked('b')])
  return run
}

const lost = 'the step "one", which a lane has started, is not in the definition'

describe('a step that is renamed while lanes are parked', () => {
  it('is undone by no other step: its lane parks, and the others go on', async () => {
    const { past } = await parkedOnce()
    const run = await replayed(errands({ first: 'eins' }), past)
    run.goLive()
    run.operate('compensate')
    await run.until('b', 'ended')
    await run.stuck('a')

    expect(run.lane('a')).toMatchObject({
      parked: { phase: 'compensation', step: 'eins', code: 'SAGA_STEP_LOST', message: expect.stringContaining(lost) },
    })
    expect(run.lane('b')).toMatchObject({ outcome: 'cancelled' })
    expect(run.asked().filter((call) => call.startsWith('compensation'))).toEqual([
      'compensation three b',
      'compensation two b',
    ])
    expect(run.warnings).toEqual([`${lost}, which has "eins" in its place: deploy it under its name again`])
  })

  it('is not called again in its place where it is the one that parked', async () => {
    const { past } = await parkedOnce()
    const run = await replayed(errands({ last: 'drei' }), past)
    run.goLive()
    for (const verb of ['retry', 'resolve'] as const) {
      const before = run.calls.length
      run.operate(verb)
      await run.runtime.atRest()

      expect(run.lane('a')).toMatchObject({ status: 'parked', parked: { phase: 'action', code: 'SAGA_STEP_LOST' } })
      expect(run.calls.length).toBe(before)
    }
  })

  it('is undone when its name is back, though other executions have parked it', async () => {
    const { past } = await parkedOnce()
    const between = await replayed(errands({ first: 'eins' }), past)
    between.goLive()
    between.operate('compensate', { lanes: ['a'] })
    await between.stuck('a')
    const run = await replayed(errands(), past)
    run.operate('compensate', { lanes: ['a'] })
    await run.stuck('a')
    expect(run.lane('a')?.parked).toMatchObject({ step: 'one', code: 'SAGA_STEP_LOST' })

    run.goLive()
    run.operate('retry', { lanes: ['a'] })
    await run.until('a', 'ended')
    expect(run.asked().slice(-3)).toEqual(['compensation three a', 'compensation two a', 'compensation one a'])

    // A replay is told of a note as the workflow task begins that added it.
    const later = [...past.kept].at(-1) as string
    past.kept.delete(later)
    const again = await replayed(errands({ first: 'eins' }), past)
    again.operate('compensate', { lanes: ['a'] })
    await again.stuck('a')
    past.kept.add(later)
    again.operate('retry', { lanes: ['a'] })
    await again.until('a', 'ended')
    expect(again.asked().slice(-1)).toEqual(['compensation eins a'])
  })

  it('is settled by an operator who has undone it by hand', async () => {
    const { past } = await parkedOnce()
    const run = await replayed(errands({ first: 'eins' }), past)
    run.goLive()
    run.operate('compensate', { lanes: ['a'] })
    await run.stuck('a')
    run.operate('resolve', { lanes: ['a'] })
    await run.until('a', 'ended')

    expect(run.lane('a')?.parts.map(({ compensation }) => compensation)).toEqual([
      'resolved',
      'done',
      undefined,
      'done',
    ])
    expect(run.asked()).not.toContain('compensation eins a')
  })

  it('is followed where an execution that had it has undone it', async () => {
    const { past } = await parkedOnce()
    const run = await replayed(errands({ first: 'eins' }), past)
    run.operate('compensate', { lanes: ['a'] })
    await run.until('a', 'ended')

    expect(run.asked()).toContain('compensation eins a')
  })

  it('is not found in a history that an earlier version of the library has made', async () => {
    const past = history(new Set(['another note']))
    const run = await replayed(errands({ first: 'eins' }), past)

    expect(run.warnings).toEqual([])
    expect([...past.kept]).toEqual(['another note'])
  })

  it('notes the steps of lanes that started the same once', async () => {
    const { past } = await parkedOnce()
    const run = await replayed(errands(), past)

    expect([...past.kept]).toEqual(['started ["one","two","word","three"]', 'started ["two","word","three"]'])
    expect(run.warnings).toEqual([])
  })
})

describe('a carried run', () => {
  async function carried(definition: unknown = errands(), given = lanes) {
    const run = executed(definition, history(), given)
    await Promise.all(given.map(({ id }) => run.parked(id)))
    return run.carried()
  }

  it('parks lanes whose step the definition has lost, and undoes the others', async () => {
    const run = executed(errands({ first: 'eins' }), history(), await carried())
    run.operate('compensate')
    await run.until('b', 'ended')
    await run.stuck('a')

    expect(run.lane('a')?.parked).toMatchObject({ phase: 'compensation', step: 'one', code: 'SAGA_STEP_LOST' })
    expect(run.asked()).toEqual(['compensation three b', 'compensation two b'])
    expect(run.warnings).toEqual([`${lost}: deploy it under its name again`])
  })

  it('calls no step in the place of one that it has lost, nor fences the one in its place', async () => {
    const run = executed(errands({ last: 'drei' }), history(), await carried())
    run.operate('retry', { lanes: ['a'] })
    expect(run.lane('a')?.parked).toMatchObject({ phase: 'action', step: 'three', code: 'SAGA_STEP_LOST' })

    run.operate('compensate', { lanes: ['b'] })
    await run.stuck('b')
    expect(run.lane('b')?.parked).toMatchObject({ phase: 'compensation', step: 'three', code: 'SAGA_STEP_LOST' })
    expect(run.lane('b')?.parts.map(({ step: { name } }) => name)).toEqual(['two', 'word', 'three'])
    expect(run.calls).toEqual([])
  })

  it('has the names under which its parts were started, also where it was renamed and replayed before', async () => {
    const { past } = await parkedOnce()
    const renamed = await replayed(errands({ first: 'eins', last: 'drei' }), past)
    const run = executed(errands(), history(), await renamed.carried())
    expect(run.lane('a')).toMatchObject({ at: 'three', parked: { step: 'three' }, results: { two: undefined } })

    run.operate('compensate', { lanes: ['a'] })
    await run.until('a', 'ended')
    expect(run.asked()).toEqual(['compensation three a', 'compensation two a', 'compensation one a'])
  })

  it('does not take a lost pivot for a step that can be undone', async () => {
    const paid = saga<Errand>('errand', { key })
      .activities<LaneActivities>()
      .step('one', step)
      .pivot('pay', { invoke: 'act', ...once })
      .build()
    const before = executed(paid, history(), [{ id: 'a' }], { 'action pay': down })
    await before.parked('a')
    const run = executed(renamed(paid, 'pay', 'charge'), history(), await before.carried())

    expect(run.operate('compensate')).toMatchObject({ declined: { a: expect.stringContaining('may have happened') } })
    run.runtime.cancel()
    await run.runtime.atRest()
    expect(run.lane('a')?.status).toBe('parked')
  })

  const waiting = saga<Errand>('errand', { key })
    .activities<LaneActivities>()
    .step('one', step)
    .wait('word', { message: typed<string>() })
    .build()

  async function carriedWaiting() {
    const run = executed(waiting, history(), [{ id: 'a' }])
    await run.until('a', 'waiting')
    return run.carried()
  }

  it('parks a lane that waits at a lost wait, until its name is back', async () => {
    const past = history()
    const state = await carriedWaiting()
    const run = executed(renamed(waiting, 'word', 'wort'), past, state)
    await run.runtime.atRest()
    expect(run.lane('a')?.parked).toMatchObject({ phase: 'action', step: 'word', code: 'SAGA_STEP_LOST' })

    const back = executed(waiting, past, state)
    expect(back.lane('a')?.status).toBe('parked')
    back.goLive()
    back.operate('retry')
    await back.until('a', 'waiting')
  })

  it('cannot be replayed where an execution that had the wait went on', async () => {
    const past = history(new Set(['another note']))
    const run = executed(renamed(waiting, 'word', 'wort'), past, await carriedWaiting())

    await expect(run.ended).rejects.toThrow('a running saga has the step "word", which its definition has lost')
  })
})
