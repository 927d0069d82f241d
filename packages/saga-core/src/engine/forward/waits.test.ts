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
import { refuse, stepFenced, stepPending } from '../../activity/refuse.js'
import type { LaneCall } from '../../definition/activity-types.js'
import type { SagaDefinition } from '../../definition/definition.js'
import { saga } from '../../definition/saga.js'
import { typed } from '../../definition/typed.js'
import type { Message } from '../../wire/set-wise.js'

interface Dated extends Errand {
  readonly until?: number
}

const never = Number.POSITIVE_INFINITY
const word = typed<string>()
const plain = saga<Dated>('plain', { key })
  .activities<LaneActivities>()
  .step('one', step)
  .wait('word', { message: word, deadline: ({ input }) => input.until ?? never })
  .step('two', { ...step, arg: ({ input, results }) => ({ ...input, items: [results.word] }) })
  .build()
const deciding = saga<Dated>('deciding', { key })
  .activities<LaneActivities>()
  .step('one', step)
  .waitingPivot('paid', { message: word, deadline: ({ input }) => input.until ?? never, decide: 'ask', decision: once })
  .retriable('tell', { invoke: 'act' })
  .build()

type Run = ReturnType<typeof recordedRun>

function started(definition: unknown, lanes: readonly Dated[], script: LaneScript = {}) {
  const run = recordedRun(definition, lanes, laneActivities(script))
  return {
    ...run,
    say: (wait: string, lanes: { readonly [key: string]: Message }) =>
      run.runtime.message(() => run.batch.message({ wait, lanes })),
  }
}

/** The calls of decide: their times and intents. */
function decisions(run: Run) {
  return run.calls.flatMap(({ at, args }) => {
    const { phase, intent } = args[1] as LaneCall
    return phase === 'decide' ? [`${at} ${intent?.on}`] : []
  })
}

describe('a wait', () => {
  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
    'named %s, as members of Object are, waits for its message',
    async (name) => {
      const definition = saga<Dated>('named', { key })
        .activities<LaneActivities>()
        .wait(name as 'word', { message: word, deadline: ({ input }) => input.until ?? never })
        .step('two', { ...step, arg: ({ input, results }) => ({ ...input, items: [results[name as 'word']] }) })
        .build()
      const run = started(definition, [{ id: 'a' }, { id: 'b', until: 500 }])
      await run.until('b', 'ended')
      expect([run.lane('a')?.status, run.lane('b')?.outcome]).toEqual(['waiting', 'refused'])
      expect(run.say(name, JSON.parse('{"a":{"value":"hello"}}'))).toBe(1)

      expect((await run.report).completed).toBe(1)
      expect(run.calls.find(({ summary }) => summary === 'two · a')?.args[0]).toMatchObject({ items: ['hello'] })
    },
  )

  it('takes the first message to a lane, early or not, and returns the number of lanes that took theirs', async () => {
    const gate = Promise.withResolvers<string>()
    const run = started(plain, [{ id: 'a' }, { id: 'b' }], { 'action one': () => gate.promise })

    expect(run.say('word', { a: { value: 'early' }, x: { value: 'nobody' } })).toBe(1)
    expect(run.say('word', { a: { value: 'second' } })).toBe(0)
    gate.resolve('one')
    await run.until('a', 'ended')
    expect(run.say('word', { a: { value: 'late' }, b: { value: 'in time' } })).toBe(1)

    expect((await run.report).completed).toBe(2)
    const two = run.calls.filter(({ summary }) => summary.startsWith('two'))
    expect(two.map(({ args }) => args[0])).toEqual([
      { id: 'a', items: ['early'] },
      { id: 'b', items: ['in time'] },
    ])
  })

  it('takes messages that its own schema accepts, and refusals; none for another wait, and none for a lane that has ended', async () => {
    const texts = {
      '~standard': {
        validate: (value: unknown) => (typeof value === 'string' ? { value } : { issues: [{ message: 'no text' }] }),
      },
    }
    const two = saga<Dated>('two', { key })
      .activities<LaneActivities>()
      .wait('free', { message: typed<unknown>() })
      .wait('text', { message: texts })
      .build()
    const run = started(two, [{ id: 'a' }, { id: 'b' }])
    await run.until('b', 'waiting')

    expect(run.say('text', { a: { value: 7 } })).toBe(0)
    expect(run.say('free', { a: { value: 7 }, b: { refuse: 'NOT_YOU' } })).toBe(2)
    await run.until('b', 'ended')
    expect(run.say('text', { b: { value: 'late' } })).toBe(0)
    expect(run.say('nowhere', { a: { value: 7 } })).toBe(0)
    await run.runtime.atRest()
    expect(run.lane('a')).toMatchObject({ status: 'waiting', at: 'text' })
    expect(run.say('text', { a: { refuse: 'NOT_YOU' } })).toBe(1)

    expect((await run.report).except).toMatchObject([
      { key: 'a', cause: { step: 'text', code: 'NOT_YOU' } },
      { key: 'b', cause: { step: 'free', code: 'NOT_YOU' } },
    ])
  })

  it('that a lane has passed takes no message any more', async () => {
    const gate = Promise.withResolvers<string>()
    const run = started(plain, [{ id: 'a' }], { 'action two': () => gate.promise })
    await run.until('a', 'waiting')
    expect(run.say('word', { a: { value: 'go' } })).toBe(1)
    await run.runtime.atRest()
    expect([run.lane('a')?.status, run.lane('a')?.at]).toEqual(['running', 'two'])
    delete run.lane('a')?.inbox.word

    expect(run.say('word', { a: { value: 'again' } })).toBe(0)
    gate.resolve('two')
    expect((await run.report).completed).toBe(1)
  })

  it('is left one by one: each lane goes on, or back, at its own time', async () => {
    const run = started(plain, [{ id: 'a' }, { id: 'b' }, { id: 'c', until: 500 }, { id: 'd' }])
    await run.until('d', 'waiting')
    run.say('word', { a: { refuse: 'NOT_YOU' } })
    await run.until('a', 'ended')
    expect(run.batch.state().counts).toEqual({ refused: 1, waiting: 3 })
    await run.until('c', 'ended')
    run.say('word', { b: { value: 'go' }, d: { value: 'go' } })

    const report = await run.report
    expect(report.completed).toBe(2)
    expect(report.except).toMatchObject([
      { key: 'a', cause: { kind: 'refused', step: 'word', code: 'NOT_YOU' }, compensations: { one: 'done' } },
      { key: 'c', cause: { kind: 'refused', step: 'word', code: 'SAGA_WAIT_EXPIRED' }, compensations: { one: 'done' } },
    ])
  })

  it('has the value of onDeadline after its deadline', async () => {
    const patient = saga<Dated>('patient', { key })
      .activities<LaneActivities>()
      .wait('word', { message: word, deadline: () => 500, onDeadline: { value: 'nobody spoke' } })
      .step('two', { ...step, arg: ({ input, results }) => ({ ...input, items: [results.word] }) })
      .build()
    const run = started(patient, [{ id: 'a' }])

    expect((await run.report).completed).toBe(1)
    expect(run.calls[0]?.args[0]).toEqual({ id: 'a', items: ['nobody spoke'] })
  })

  const conditional = (when: (view: { readonly key: string }) => boolean) =>
    ({
      ...plain,
      steps: plain.steps.map((one) => (one.name === 'word' ? { ...one, when } : one)),
    }) as unknown as SagaDefinition

  it('whose condition is false is passed by that lane', async () => {
    const run = started(
      conditional(({ key }) => key === 'b'),
      [{ id: 'a' }, { id: 'b' }],
    )
    await run.until('a', 'ended')
    expect(run.batch.state().counts).toEqual({ completed: 1, waiting: 1 })
    expect(run.lane('a')?.results).toHaveProperty('word', undefined)
    run.say('word', { b: { value: 'go' } })

    expect((await run.report).completed).toBe(2)
  })

  it('whose condition throws rolls that lane back, and no other', async () => {
    const run = started(
      conditional(({ key }) => {
        if (key === 'a') throw new Error('no idea')
        return false
      }),
      [{ id: 'a' }, { id: 'b' }],
    )

    expect(await run.report).toMatchObject({
      completed: 1,
      except: [
        {
          key: 'a',
          outcome: 'failed',
          cause: { kind: 'invalid', step: 'word', code: 'SAGA_ARGUMENT', message: 'no idea' },
          compensations: { one: 'done' },
        },
      ],
    })
    expect(run.lane('a')?.results).not.toHaveProperty('word')
  })
})

describe('a wait with a decide activity', () => {
  it('calls it for a message; a message that it answers as pending is used up, and the next one counts', async () => {
    const answers = ['pending', 'paid']
    const run = started(deciding, [{ id: 'a' }], {
      'decide paid': () => {
        const answer = answers.shift()
        if (answer === 'pending') throw stepPending()
        return answer
      },
    })
    await run.until('a', 'waiting')
    run.say('paid', { a: { value: 'hint' } })
    await run.runtime.clock.sleep(5_000)
    expect(decisions(run)).toEqual(['0 message'])
    expect(run.lane('a')?.inbox).toEqual({})
    run.say('paid', { a: { value: 'another hint' } })

    expect((await run.report).completed).toBe(1)
    expect(run.lane('a')?.results).toMatchObject({ paid: 'paid' })
  })

  it('calls it again for the same intent: after a second, then twice as long, up to a minute', async () => {
    let asked = 0
    const run = started(deciding, [{ id: 'a', until: 1_000 }], {
      'decide paid': () => {
        if (++asked < 10) throw asked % 2 === 0 ? new Error('no answer') : stepPending()
        throw refuse('NOT_PAID')
      },
    })

    expect((await run.report).except).toMatchObject([{ key: 'a', outcome: 'refused', cause: { code: 'NOT_PAID' } }])
    expect(run.timers).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
    expect(decisions(run)).toHaveLength(10)
  })

  it('keeps a message whose decision is unknown, and calls it again for that', async () => {
    let asked = 0
    const run = started(deciding, [{ id: 'a' }], {
      'decide paid': () => {
        if (++asked === 1) throw new Error('no answer')
        return 'paid'
      },
    })
    await run.until('a', 'waiting')
    run.say('paid', { a: { value: 'hint' } })

    expect((await run.report).completed).toBe(1)
    expect(decisions(run)).toEqual(['0 message', '1000 message'])
  })

  it('calls it at once for another intent, and keeps that when the pause is over', async () => {
    const run = started(deciding, [{ id: 'a', until: 1_000 }], {
      'decide paid': ({ intent }) => {
        if (intent?.on === 'message') return 'paid'
        throw stepPending()
      },
    })
    await run.runtime.until(() => decisions(run).length === 1)
    await run.runtime.clock.sleep(300)
    run.say('paid', { a: { value: 'hint' } })

    expect((await run.report).completed).toBe(1)
    expect(decisions(run)).toEqual(['1000 deadline', '1300 message'])
  })

  it('keeps a message that arrives during its call for another intent, and calls it for that next', async () => {
    const run: ReturnType<typeof started> = started(deciding, [{ id: 'a', until: 1_000 }], {
      'decide paid': ({ intent }) => {
        if (intent?.on === 'message') return 'paid'
        run.say('paid', { a: { value: 'hint' } })
        throw stepPending()
      },
    })

    expect((await run.report).completed).toBe(1)
    expect(decisions(run)).toEqual(['1000 deadline', '1000 message'])
  })

  it('calls it again when its own pause is over, not when an earlier one is', async () => {
    let asked = 0
    const run = started(deciding, [{ id: 'a', until: 1_000 }], {
      'decide paid': () => {
        if (++asked < 3) throw asked === 1 ? stepPending() : new Error('no answer')
        return 'paid'
      },
    })
    await run.runtime.until(() => decisions(run).length === 1)
    await run.runtime.clock.sleep(300)
    run.say('paid', { a: { value: 'hint' } })

    expect((await run.report).completed).toBe(1)
    expect(decisions(run)).toEqual(['1000 deadline', '1300 message', '3300 message'])
  })

  it('calls it for a cancel, and rolls back as cancelled when it refuses', async () => {
    const run = started(deciding, [{ id: 'a' }], {
      'decide paid': () => {
        throw refuse('NOT_PAID')
      },
    })
    await run.until('a', 'waiting')
    run.runtime.cancel()

    expect((await run.report).except).toMatchObject([
      { key: 'a', outcome: 'cancelled', cause: { kind: 'cancelled', code: 'SAGA_CANCELLED' } },
    ])
    expect(decisions(run)).toEqual(['0 cancel'])
  })

  it('calls it for no cancel once it has answered done: the lane goes on past its pivot', async () => {
    const run = started(deciding, [{ id: 'a' }], { 'decide paid': () => 'paid' })
    await run.until('a', 'waiting')
    run.runtime.cancel()

    expect((await run.report).completed).toBe(1)
    expect(run.asked()).toEqual(['action one a', 'decide paid a', 'action tell a'])
    expect(run.lane('a')?.pastPivot).toBe(true)
  })

  it('that is fenced rolls its lane back as failed', async () => {
    const run = started(deciding, [{ id: 'a', until: 1_000 }], {
      'decide paid': () => {
        throw stepFenced('paid')
      },
    })

    expect((await run.report).except).toMatchObject([
      { outcome: 'failed', cause: { kind: 'fenced', step: 'paid', code: 'SAGA_STEP_FENCED' } },
    ])
    expect(run.lane('a')).toMatchObject({ pastPivot: false, results: { one: undefined } })
    expect(run.lane('a')?.results).not.toHaveProperty('paid')
  })

  it('calls it for each of many lanes by its own intent', async () => {
    const run = started(deciding, [{ id: 'a', until: 1_000 }, { id: 'b', until: 1_000 }, { id: 'c' }], {
      'decide paid': () => 'paid',
      'decide paid b': () => {
        throw refuse('NOT_PAID')
      },
    })
    await run.until('a', 'ended')
    await run.until('b', 'ended')
    expect(run.batch.state().counts).toEqual({ completed: 1, refused: 1, waiting: 1 })
    run.say('paid', { c: { value: 'hint' } })

    expect((await run.report).completed).toBe(2)
    expect(decisions(run)).toHaveLength(3)
  })
})
