import { describe, expect, it } from 'vitest'
import {
  before,
  type Errand,
  eachItem,
  key,
  type LaneActivities,
  laneActivities,
  once,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { refuse, stepFenced, stepPending } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'
import { ownershipStep } from '../../wire/names.js'

const errand = saga<Errand>('errand', {
  key,
  deadline: ({ items }, startedAt) => {
    if (items?.includes('undated')) throw new Error('no date')
    return startedAt + 10_000
  },
})
  .activities<LaneActivities>()
  .adopted('hold', { compensate: 'undo' })
  .step('one', {
    ...step,
    arg: ({ input, results }) => ({ ...input, items: [String('hold' in results), String(results.hold)] }),
  })
  .build()

/** Runs lanes that end at once. */
async function run(lanes: readonly unknown[], definition: unknown = errand, script = {}) {
  const started = recordedRun(definition, lanes, laneActivities(script))
  return { ...started, report: await started.report }
}

describe('a start whose calls do not fit into one history, and whose state does not fit into the input of the next run,', () => {
  const lanes = Array.from({ length: 2_000 }, (_, at) => ({ id: `${at}`, note: 'x'.repeat(600) }))
  const names = ['one', 'two', 'three', 'four'] as const
  const draft = saga<Errand>('errand', { key }).activities<LaneActivities>()
  const definition = names.reduce((so, name) => so.step(name, step) as never, draft).build()
  const placement = Object.fromEntries(names.map((name) => [name, 'elsewhere']))

  it('is refused before its first step, whoever made it', () => {
    expect(() => recordedRun(definition, lanes, laneActivities({}), { placement })).toThrow(
      expect.objectContaining({ code: 'SAGA_RUN_TOO_LONG', message: expect.stringContaining('about 32000 events') }),
    )
    expect(() => recordedRun(definition, lanes, laneActivities({}))).not.toThrow()
  })

  it('goes on where an earlier version made it, and where it undoes what completed', () => {
    expect(() =>
      recordedRun(definition, lanes, laneActivities({}), { placement, host: before('estimate') }),
    ).not.toThrow()
    expect(() => recordedRun(definition, lanes, laneActivities({}), { placement, undo: { results: {} } })).not.toThrow()
  })
})

describe('the key of a lane', () => {
  const twice = [{ id: 'b' }, { id: 'a' }, { id: 'a', items: ['second'] }]

  it.each([
    ['two inputs', twice, 'inputs 1 and 2 of saga "errand" have one key, "a"'],
    [
      'an input, beside one that has none',
      [{ id: '' }, { id: '#0' }],
      'inputs 0 and 1 of saga "errand" have one key, "#0"',
    ],
  ])('is that of one lane: a run with the same of %s does not start', (_, lanes, message) => {
    expect(() => recordedRun(errand, lanes)).toThrow(
      expect.objectContaining({ code: 'SAGA_DUPLICATE_KEY', message: expect.stringContaining(message) }),
    )
  })

  it('that two inputs have is that of the first, in a run that an earlier version started', async () => {
    const earlier = recordedRun(errand, twice, laneActivities({}), { host: before('distinct-keys') })

    expect(await earlier.report).toMatchObject({ lanes: 2, completed: 2 })
    expect(earlier.batch.lanes.map(({ input }) => input)).toEqual(twice.slice(0, 2))
    expect(earlier.batch.lane('a')).toBe(earlier.batch.lanes[1])
    expect(earlier.calls).toHaveLength(2)
  })

  it.each([
    ['', 'a lane\'s key is a text that is not empty, not ""'],
    [7, "a lane's key is a text that is not empty, not 7"],
    ['a\ud83d', 'a lane\'s key is well-formed Unicode, not "a\\ud83d"'],
    ['a\u001fb', "a lane's key cannot have the character U+001F"],
    ['k'.repeat(97), `the key "${'k'.repeat(97)}" is 97 bytes long, over 96: shorten it`],
    ['ü'.repeat(49), `the key "${'ü'.repeat(49)}" is 98 bytes long, over 96: shorten it`],
  ])('%j ends that lane at once, under its position, and calls nothing for it', async (id, message) => {
    const { report, calls, lane } = await run([{ id: 'b' }, { id }])

    expect(report).toMatchObject({ lanes: 2, completed: 1 })
    expect(report.except).toEqual([
      { key: '#1', outcome: 'failed', cause: { kind: 'invalid', code: 'SAGA_LANE_KEY', message } },
    ])
    expect(calls.map(({ summary }) => summary)).toEqual(['one · b'])
    expect(lane('#1')?.at).toBe('')
  })

  it('that is too long with the attempt in it ends that lane', async () => {
    const started = recordedRun(errand, [{ id: 'k'.repeat(94) }, { id: 'k'.repeat(93) }], laneActivities({}), {
      attempt: 2,
    })

    expect(await started.report).toMatchObject({
      completed: 1,
      except: [{ key: '#0', cause: { message: expect.stringContaining('is 97 bytes long, over 96: shorten it') } }],
    })
  })

  it('that is too long with an element in it fails that lane before the step, and no other', async () => {
    const listed = saga<Errand>('listed', { key }).activities<LaneActivities>().forEach('each', eachItem).build()
    const { report } = recordedRun(
      listed,
      [
        { id: 'k'.repeat(60), items: ['e'.repeat(34)] },
        { id: 'b', items: ['e'.repeat(34)] },
      ],
      laneActivities({}),
    )

    expect(await report).toMatchObject({
      completed: 1,
      except: [
        {
          outcome: 'failed',
          cause: {
            kind: 'invalid',
            step: 'each',
            code: 'SAGA_ARGUMENT',
            message: expect.stringContaining(
              `"${'k'.repeat(60)}" with its element "${'e'.repeat(34)}" is 97 bytes long`,
            ),
          },
        },
      ],
    })
  })

  it('that throws ends that lane, with the message of the error', async () => {
    const { report } = await run([null, { id: 'b' }])

    expect(report).toMatchObject({ completed: 1, except: [{ key: '#0', cause: { code: 'SAGA_LANE_KEY' } }] })
    expect(report.except[0]?.cause?.message).toContain('null')
  })

  it('may have 96 bytes', async () => {
    expect((await run([{ id: 'ü'.repeat(48) }])).report.completed).toBe(1)
  })
})

describe('a lane whose input is wrong', () => {
  it('because its deadline throws ends failed; its adopted effect is undone, no step is called', async () => {
    const { report, asked } = await run([{ id: 'a', items: ['undated'] }])

    expect(report.except).toEqual([
      {
        key: 'a',
        outcome: 'failed',
        cause: { kind: 'invalid', code: 'SAGA_DEADLINE_INVALID', message: 'no date' },
        compensations: { hold: 'done' },
      },
    ])
    expect(asked()).toEqual(['compensation hold a'])
  })

  it('does not hold its neighbours up', async () => {
    const { report, asked } = await run([{ id: 'a', items: ['undated'] }, { id: 'b' }])

    expect(report.completed).toBe(1)
    expect(asked()).toContain('action one b')
  })
})

describe('an adopted effect', () => {
  it('stands as a step without a result', async () => {
    const { calls, batch } = await run([{ id: 'a' }])

    expect(calls[0]?.args[0]).toEqual({ id: 'a', items: ['true', 'undefined'] })
    expect(batch.first?.parts[0]).toMatchObject({ action: 'done', value: undefined, compensation: 'armed' })
  })
})

describe('the report of a run', () => {
  it('names the saga and its version, and has the end of each lane that did not complete', async () => {
    const noting = saga<Errand>('noting', { key, version: 4 })
      .activities<LaneActivities>()
      .step('plain', { invoke: 'act', ...once, optional: true })
      .step('one', { ...step, arg: ({ input }) => input })
      .build()
    const script = {
      'action plain': () => {
        throw refuse('NO_MATTER')
      },
      'action one a': () => {
        throw refuse('NO', { left: 0 })
      },
    }

    expect((await run([{ id: 'a' }, { id: 'b' }], noting, script)).report).toEqual({
      saga: 'noting',
      version: 4,
      lanes: 2,
      completed: 1,
      except: [
        {
          key: 'a',
          outcome: 'refused',
          cause: { kind: 'refused', step: 'one', code: 'NO', details: { left: 0 } },
          compensations: { one: 'notNeeded' },
          partly: ['plain'],
        },
        { key: 'b', outcome: 'completed', partly: ['plain'] },
      ],
    })
  })

  it('has no compensations for a lane that had no step to undo', async () => {
    const harmless = saga<Errand>('harmless', { key })
      .activities<LaneActivities>()
      .step('plain', { invoke: 'act', ...once })
      .build()
    const { report } = await run([{ id: 'a' }], harmless, {
      'action plain': () => {
        throw refuse('NO')
      },
    })

    expect(report.except).toEqual([
      { key: 'a', outcome: 'refused', cause: { kind: 'refused', step: 'plain', code: 'NO' } },
    ])
  })
})

describe('the owner of a lane', () => {
  const owned = {
    ...errand,
    owner: {
      activity: 'ask',
      setWise: false,
      policy: { startToCloseMs: 100, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 1 } },
    },
  }

  it('is taken first, with the input', async () => {
    const { calls, asked } = await run([{ id: 'a' }], owned)

    expect(asked()).toEqual([`action ${ownershipStep} a`, 'action one a'])
    expect(calls[0]).toMatchObject({ activity: 'ask', args: [{ id: 'a' }, { step: ownershipStep }] })
  })

  it('that is another run ends the lane as duplicate, without a call for it', async () => {
    const { report, asked, lane } = await run([{ id: 'a' }, { id: 'b' }], owned, {
      [`action ${ownershipStep} a`]: () => {
        throw refuse('OTHER')
      },
    })

    expect(report).toMatchObject({
      completed: 1,
      except: [{ key: 'a', outcome: 'duplicate', cause: { kind: 'refused' } }],
    })
    expect(asked().filter((call) => call.endsWith(' a'))).toEqual([`action ${ownershipStep} a`])
    expect(lane('a')?.at).toBe(ownershipStep)
  })

  it('is asked for again though the run is cancelled, so that the lane ends cancelled and does not park', async () => {
    const retry = { initialMs: 1_000, factor: 1, maximumMs: 1_000, attempts: 3 }
    const patient = { ...owned, owner: { ...owned.owner, policy: { startToCloseMs: 100, retry } } }
    let tries = 0
    const started = recordedRun(
      patient,
      [{ id: 'a' }],
      laneActivities({
        [`action ${ownershipStep}`]: () => {
          if (++tries < 3) throw new Error('down')
        },
      }),
    )
    await started.runtime.clock.sleep(500)
    started.runtime.cancel()

    expect((await started.report).except).toMatchObject([{ outcome: 'cancelled', cause: { kind: 'cancelled' } }])
    expect(tries).toBe(3)
  })

  it.each([
    ['is unknown', () => new Error('gone'), 'SAGA_UNKNOWN', 'gone'],
    ['is answered as fenced', () => stepFenced('x'), 'SAGA_OWNERSHIP_ANSWER', 'answered "fenced"'],
    ['is answered as pending', () => stepPending(), 'SAGA_OWNERSHIP_ANSWER', 'answered "pending"'],
  ])('that %s parks the lane before its first step', async (_, error, code, message) => {
    const started = recordedRun(
      owned,
      [{ id: 'a' }],
      laneActivities({
        [`action ${ownershipStep}`]: () => {
          throw error()
        },
      }),
    )
    await started.until('a', 'parked')

    expect(started.lane('a')).toMatchObject({
      at: ownershipStep,
      parts: [],
      parked: { phase: 'action', step: ownershipStep, code, message },
    })
    expect(started.runtime.details()).toContain('| a | parked |')
    started.runtime.message(() =>
      started.batch.operate({ verb: 'abandon', actor: 'ann', reason: 'enough', operationId: '1' }),
    )
    expect((await started.report).except).toEqual([
      {
        key: 'a',
        outcome: 'abandoned',
        cause: {
          kind: 'unknown',
          step: ownershipStep,
          code,
          message,
          others: [{ kind: 'aborted', code: 'SAGA_ABANDONED', message: 'ann: enough' }],
        },
      },
    ])
  })
})

describe('a placement', () => {
  it('of the ownership call is accepted for a saga that has one', async () => {
    const owned = { ...errand, owner: { activity: 'act', setWise: false, policy: { ...once, retry: { attempts: 1 } } } }
    const { report, calls } = recordedRun(owned, [{ id: 'a' }], laneActivities({}), {
      placement: { [ownershipStep]: 'elsewhere' },
    })

    expect((await report).completed).toBe(1)
    expect(calls[0]?.taskQueue).toBe('elsewhere')
  })

  it('of a step that the saga does not have is an error of its caller', () => {
    const place = () => recordedRun(errand, [{ id: 'a' }], {}, { placement: { one: 'here', two: 'there' } })

    expect(place).toThrow(
      expect.objectContaining({
        code: 'SAGA_NO_SUCH_STEP',
        message: 'saga "errand" has no step "two" to place: it has hold, one',
      }),
    )
  })
})

describe('a run without an input', () => {
  it('is an error of its caller', () => {
    expect(() => recordedRun(errand, [])).toThrow(expect.objectContaining({ code: 'SAGA_NO_LANES' }))
  })
})
