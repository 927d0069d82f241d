import { describe, expect, it } from 'vitest'
import {
  type Errand,
  key,
  type LaneActivities,
  type LaneScript,
  laneActivities,
  once,
  recordedRun,
  type SetActivities,
  setActivities,
  step,
} from '../../../test/engine/recorded-run.js'
import { refusal, refuse, stepFenced, stepPending } from '../../activity/refuse.js'
import type { SagaDefinition, StepDefinition } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'
import type { ToldCause } from '../../wire/outcome.js'

function lost(): never {
  throw new Error('lost')
}

function no(code = 'NO') {
  return () => {
    throw refuse(code)
  }
}

function storedNo(): never {
  throw refusal({ code: 'NO', definite: true, stored: true })
}

function fenced(): never {
  throw stepFenced('x')
}

function unsaid(): never {
  throw stepPending()
}

function plain() {
  return saga<Errand>('plain', { key }).activities<LaneActivities>()
}

function started(definition: unknown, script: LaneScript = {}, lanes: readonly Errand[] = [{ id: 'a' }]) {
  return recordedRun(definition, lanes, laneActivities(script))
}

async function endOf(definition: unknown, script: LaneScript = {}, lanes: readonly Errand[] = [{ id: 'a' }]) {
  const run = started(definition, script, lanes)
  const report = await run.report
  return { ...run, report, end: report.except[0] }
}

function withStep(definition: unknown, name: string, more: Partial<StepDefinition>) {
  const { steps, ...rest } = definition as SagaDefinition
  return { ...rest, steps: steps.map((one) => (one.name === name ? { ...one, ...more } : one)) }
}

describe('the answer of a step', () => {
  const one = plain().step('zero', step).step('one', step).build()
  const parking = withStep(one, 'one', { onUnknown: 'park' })
  const pivot = plain()
    .step('zero', step)
    .pivot('one', { invoke: 'act', ...once })
    .build()
  const retriable = plain()
    .pivot('zero', { invoke: 'act', ...once })
    .retriable('one', { invoke: 'act', ...once })
    .build()
  const unsaid = () => {
    throw stepPending()
  }
  const unknown = 'its outcome is unknown'

  it.each<[string, unknown, () => never, string]>([
    ['a refused step', one, no(), 'refused NO'],
    ['a refused pivot', pivot, no(), 'refused NO'],
    ['a fenced step', one, fenced, 'failed SAGA_STEP_FENCED'],
    ['a fenced pivot', pivot, fenced, 'failed SAGA_STEP_FENCED'],
    ['an unknown step', one, lost, 'failed SAGA_UNKNOWN'],
  ])('rolls the lane back: %s', async (_, definition, answer, expected) => {
    const { end } = await endOf(definition, { 'action one': answer })

    expect(`${end?.outcome} ${end?.cause?.code}`).toBe(expected)
    expect(end?.cause?.step).toBe('one')
    expect(end?.compensations?.zero).toBe('done')
  })

  it.each<[string, unknown, () => never, string, string]>([
    ['a refused retriable step', retriable, no(), 'NO', 'refused'],
    ['a fenced retriable step', retriable, fenced, 'SAGA_STEP_FENCED', 'fenced'],
    ['an unknown retriable step', retriable, lost, 'SAGA_UNKNOWN', 'lost'],
    ['an unknown pivot', pivot, lost, 'SAGA_UNKNOWN', 'lost'],
    [
      'an unknown pivot, with any onUnknown',
      withStep(pivot, 'one', { onUnknown: 'compensate' }),
      lost,
      'SAGA_UNKNOWN',
      'lost',
    ],
    ['an unknown step that says so', parking, lost, 'SAGA_UNKNOWN', 'lost'],
    ['an pending step', one, unsaid, 'SAGA_NOT_KNOWN', unknown],
    ['an pending pivot', pivot, unsaid, 'SAGA_NOT_KNOWN', unknown],
    ['an pending retriable step', retriable, unsaid, 'SAGA_NOT_KNOWN', unknown],
  ])('parks the lane: %s', async (_, definition, answer, code, message) => {
    const run = started(definition, { 'action one': answer })
    await run.until('a', 'parked')

    expect(run.lane('a')?.parked).toEqual({ phase: 'action', step: 'one', code, message })
    expect(run.lane('a')?.parts.at(-1)?.action).toBe(
      code === 'NO' ? 'refused' : message === 'fenced' ? 'fenced' : 'unknown',
    )
    run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
    await run.report
  })

  it('is kept as stored when a barrier stored it', async () => {
    expect((await endOf(one, { 'action one': storedNo })).end?.cause).toEqual({
      kind: 'refused',
      step: 'one',
      code: 'NO',
      stored: true,
    })
    expect((await endOf(one, { 'action one': no() })).end?.cause).not.toHaveProperty('stored')
  })

  it('comes from verify for unknown steps, lane by lane', async () => {
    const verifying = plain()
      .step('one', { ...step, onUnknown: 'verify', verify: 'ask' })
      .step('two', { ...step, arg: ({ input, results }) => ({ ...input, items: [results.one] }) })
      .build()
    const script: LaneScript = {
      'action one': () => 'did',
      'action one b': lost,
      'action one c': lost,
      'verify one b': () => 'found',
      'verify one c': fenced,
    }
    const { report, calls } = await endOf(verifying, script, [{ id: 'a' }, { id: 'b' }, { id: 'c' }])

    expect(report.completed).toBe(2)
    expect(report.except).toMatchObject([{ key: 'c', cause: { kind: 'fenced', step: 'one' } }])
    const asked = calls.map(({ summary, args }) => [summary, args[0]])
    expect(asked).toContainEqual(['two · a', { id: 'a', items: ['did'] }])
    expect(asked).toContainEqual(['two · b', { id: 'b', items: ['found'] }])
    expect(asked.filter(([summary]) => String(summary).includes('?'))).toHaveLength(2)
  })
})

describe('the verdict of a verify', () => {
  const asked = (verdict: LaneScript[string]) =>
    started(
      plain()
        .step('one', { ...step, onUnknown: 'verify', verify: 'ask' })
        .build(),
      {
        'action one': lost,
        'verify one': verdict,
      },
    )
  const own = { kind: 'unknown', step: 'one', code: 'SAGA_UNKNOWN', message: 'lost' }

  it.each<[string, () => unknown, Partial<ToldCause>]>([
    ['fenced', fenced, { kind: 'fenced', code: 'SAGA_STEP_FENCED' }],
    ['refused', no(), { kind: 'refused', code: 'NO' }],
  ])("keeps the step's own error beside it: %s", async (_, verdict, cause) => {
    expect((await asked(verdict).report).except[0]?.cause).toEqual({ step: 'one', ...cause, others: [own] })
  })

  it.each<[string, () => unknown, string, string]>([
    ['pending', unsaid, 'SAGA_NOT_KNOWN', 'its outcome is unknown'],
    ['unknown', () => Promise.reject(new Error('nor this')), 'SAGA_UNKNOWN', 'nor this'],
  ])("parks its lane with the step's own error in the message: %s", async (_, verdict, code, message) => {
    const run = asked(verdict)
    await run.until('a', 'parked')

    expect(run.lane('a')?.parked).toMatchObject({
      code,
      message: `${message}; the step itself failed with SAGA_UNKNOWN: lost`,
    })
    run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
    await run.report
  })
})

describe('a step before its call', () => {
  const shaped = (retriable: boolean, more: Partial<StepDefinition>) =>
    withStep(
      retriable
        ? plain()
            .pivot('zero', { invoke: 'act', ...once })
            .retriable('one', { invoke: 'act', ...once })
            .build()
        : plain().step('zero', step).step('one', step).step('two', step).build(),
      'one',
      more,
    )
  const thrown = () => {
    throw new Error('no idea')
  }
  const elements = (...keys: readonly unknown[]) => ({
    elements: { items: () => keys, key: (item: unknown) => item as string },
  })

  it.each<[string, Partial<StepDefinition>, string]>([
    ['condition', { when: thrown }, 'no idea'],
    ['argument', { arg: thrown }, 'no idea'],
    ['list', { elements: { items: thrown, key: String } }, 'no idea'],
    [
      'empty element key',
      elements('x', ''),
      'step "one": an element has the key ""; keys are well-formed texts, not empty',
    ],
    [
      'element key of another type',
      elements(7),
      'step "one": an element has the key 7; keys are well-formed texts, not empty',
    ],
    [
      'element key with a separator',
      elements('a\u001fb'),
      'step "one": an element has the key "a\\u001fb"; keys are well-formed texts, not empty',
    ],
    [
      'element key of half a character',
      elements('\ud83d'),
      'step "one": an element has the key "\\ud83d"; keys are well-formed texts, not empty',
    ],
    ['doubled element key', elements('x', 'x'), 'step "one": two elements have the key "x"'],
  ])(
    'whose %s is wrong calls nothing; the lane rolls back, or parks where nothing is undone',
    async (_, more, message) => {
      const { end, asked } = await endOf(shaped(false, more))
      expect(end).toMatchObject({
        outcome: 'failed',
        cause: { kind: 'invalid', step: 'one', code: 'SAGA_ARGUMENT', message },
        compensations: { zero: 'done' },
      })
      expect(Object.keys(end?.compensations ?? {})).toEqual(['zero'])
      expect(asked()).toEqual(['action zero a', 'compensation zero a'])

      const run = started(shaped(true, more))
      await run.until('a', 'parked')
      expect(run.lane('a')?.parked).toEqual({ phase: 'action', step: 'one', code: 'SAGA_ARGUMENT', message })
      run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
      await run.report
    },
  )

  it('whose element has no argument names the element', async () => {
    const arg = ({ item }: { readonly item: unknown }) => {
      if (item === 'y') throw new Error('no y')
      return { id: 'x' }
    }
    const { end, asked } = await endOf(shaped(false, { ...elements('x', 'y'), arg }))

    expect(end?.cause).toMatchObject({ step: 'one[y]', message: 'no y' })
    expect(asked().map((call) => call.replaceAll('\u001f', '.'))).toEqual([
      'action zero a',
      'action one a.1.x',
      'compensation one a.1.x',
      'compensation zero a',
    ])
  })

  it('that throws something other than an error has that as its message', async () => {
    const when = () => {
      throw 'a text'
    }
    expect((await endOf(shaped(false, { when }))).end?.cause?.message).toBe('a text')
  })

  it('with an empty list calls nothing and has an empty result', async () => {
    const { report, lane, asked } = await endOf(shaped(false, elements()))

    expect(report.completed).toBe(1)
    expect(asked()).toEqual(['action zero a', 'action two a'])
    expect(lane('a')?.results).toEqual({ zero: undefined, one: [], two: undefined })
  })

  it('whose elements may fail has the results of those that did not', async () => {
    const optional = shaped(false, { ...elements('x', 'y'), optional: true })
    const { report, lane } = await endOf(optional, { 'action one a\u001f1\u001fx': no(), 'action one': () => 'did' })

    expect(report).toMatchObject({ completed: 1, except: [{ partly: ['one[x]'] }] })
    expect(lane('a')?.results.one).toEqual(['did'])
  })
})

describe('a parallel group', () => {
  const both = plain().step('one', step).parallel({ left: step, right: step }).build()
  const group = withStep(both, 'right', { optional: true })

  it('waits for all siblings, keeps all causes, and undoes what was done in reverse', async () => {
    const { end, asked } = await endOf(both, { 'action left': no('LEFT'), 'action right': no('RIGHT') })

    expect(end?.cause).toEqual({
      kind: 'refused',
      step: 'left',
      code: 'LEFT',
      others: [{ kind: 'refused', step: 'right', code: 'RIGHT' }],
    })
    expect(asked()).toEqual(['action one a', 'action left a', 'action right a', 'compensation one a'])
  })

  it('with one failure has one cause', async () => {
    expect((await endOf(both, { 'action right': no('RIGHT') })).end?.cause).toEqual({
      kind: 'refused',
      step: 'right',
      code: 'RIGHT',
    })
  })

  it('goes on past an optional sibling that failed', async () => {
    const { report, lane } = await endOf(group, { 'action left': () => 'l', 'action right': lost })

    expect(report).toMatchObject({ completed: 1, except: [{ key: 'a', partly: ['right'] }] })
    expect(lane('a')?.results).toEqual({ one: undefined, left: 'l', right: undefined })
  })

  it('with a parked sibling goes on when that is retried; the others are not called twice', async () => {
    let known = false
    const run = started(withStep(both, 'right', { onUnknown: 'park' }), { 'action right': () => known || lost() })
    await run.until('a', 'parked')
    known = true
    run.runtime.message(() => run.batch.operate({ verb: 'retry', actor: 'ann', reason: 'again', operationId: '1' }))

    expect((await run.report).completed).toBe(1)
    expect(run.asked()).toEqual(['action one a', 'action left a', 'action right a', 'action right a'])
  })

  it('parks when any sibling parks, with every answer of the others', async () => {
    const parking = withStep(both, 'right', { onUnknown: 'park' })
    const run = started(parking, { 'action left': no('LEFT'), 'action right': lost })
    await run.until('a', 'parked')

    expect(run.lane('a')?.parked).toMatchObject({ step: 'right', code: 'SAGA_UNKNOWN' })
    run.runtime.message(() => run.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'no', operationId: '1' }))
    await run.report
  })

  it('is one stage, and two groups beside each other are two', async () => {
    const two = plain()
      .parallel({ left: step, right: step })
      .parallel({ up: step, down: step })
      .step('last', step)
      .build()
    const { asked } = await endOf(two, { 'action right': no() })

    expect(asked()).toEqual(['action left a', 'action right a', 'compensation left a'])
  })
})

describe('a set-wise verify', () => {
  it('is not called when every answer is known', async () => {
    const verifying = saga<Errand>('verifying', { key })
      .setActivities<SetActivities>()
      .step('one', { ...step, onUnknown: 'verify', verify: 'ask' })
      .build()
    const run = recordedRun(verifying, [{ id: 'a' }], setActivities({}))
    await run.report

    expect(run.calls.map(({ summary }) => summary)).toEqual(['one · 1 lane'])
  })
})

describe('a run of a version', () => {
  const grown = saga<Errand>('grown', { key, version: 3 })
    .activities<LaneActivities>()
    .step('always', step)
    .step('until', { ...step, until: 3 })
    .step('since', { ...step, since: 3 })
    .step('still', { ...step, until: 4 })
    .build()

  it.each([
    [1, ['always', 'until', 'still']],
    [2, ['always', 'until', 'still']],
    [3, ['always', 'since', 'still']],
  ])('%i has the steps of that version', async (version, steps) => {
    const run = recordedRun(grown, [{ id: 'a' }], laneActivities({}), { host: { version: () => version } })

    expect((await run.report).version).toBe(version)
    expect(run.asked()).toEqual(steps.map((name) => `action ${name} a`))
  })
})

describe('a fault of the engine, or of its host', () => {
  it('fails the run, with the first of them', async () => {
    let calls = 0
    const run = recordedRun(plain().step('one', step).build(), [{ id: 'a' }], laneActivities({}), {
      host: { call: async () => Promise.reject(new Error(`no host ${++calls}`)) },
    })

    await expect(run.ended).rejects.toThrow('no host 1')
  })
})
