import { describe, expect, it } from 'vitest'
import {
  before,
  type Errand,
  type LaneActivities,
  laneActivities,
  once,
  type RecordedOptions,
  recordedRun,
  step,
} from '../../../test/engine/recorded-run.js'
import { saga } from '../../definition/saga.js'
import type { Operation } from './operation.js'

const definition = saga<Errand>('errand', { key: ({ id }) => id })
  .activities<LaneActivities>()
  .step('one', { ...step, onUnknown: 'park' })
  .build()
const sound: Operation = { verb: 'abandon', actor: 'ann', reason: 'enough', operationId: '1' }

describe('a malformed operation', () => {
  it.each([
    [
      'has a verb of its own',
      { ...sound, verb: 'forget' },
      '"forget" is no verb: retry, skip, resolve, compensate, abandon, abort',
    ],
    ['has no id', { ...sound, operationId: undefined }, 'it has no operationId'],
    ['has an empty id', { ...sound, operationId: '' }, 'it has no operationId'],
    ['has neither actor nor reason', { ...sound, actor: undefined, reason: 7 }, 'it has no actor, no reason'],
    ['names its lanes by a text', { ...sound, lanes: 'a' }, '"lanes" is a list of keys'],
    ['is undefined', undefined, '"undefined" is no verb'],
  ])('that %s is refused with the reason', async (_, operation, message) => {
    const run = recordedRun(
      definition,
      [{ id: 'a' }],
      laneActivities({
        'action one': () => {
          throw new Error('lost')
        },
      }),
    )
    await run.until('a', 'parked')

    expect(run.batch.refusal(operation as Operation)).toEqual({
      code: 'SAGA_OPERATION_REFUSED',
      message: expect.stringContaining(`the operation cannot be carried out: ${message}`),
    })
    expect(run.batch.refusal(sound)).toBeUndefined()
    run.runtime.message(() => run.batch.operate(sound))
    await run.report
  })
})

describe('an operation id that was used', () => {
  it('is told with the verb and the lanes of its operation', async () => {
    const lost = () => {
      throw new Error('lost')
    }
    const run = recordedRun(definition, [{ id: 'a' }, { id: 'b' }], laneActivities({ 'action one': lost }))
    await run.until('b', 'parked')
    run.runtime.message(() => run.batch.operate({ ...sound, verb: 'retry', lanes: ['a', 'b'] }))
    run.runtime.message(() => run.batch.operate({ ...sound, verb: 'abort', operationId: '2' }))

    expect(run.batch.refusal(sound)?.message).toContain('that of another operation (retry of a, b): give')
    expect(run.batch.refusal({ ...sound, operationId: '2' })?.message).toContain('(abort): give')
  })
})

describe('a resolve', () => {
  const digits = {
    '~standard': {
      validate: (value: unknown) => (value === 7 ? { value } : { issues: [{ message: `${value} is not 7` }] }),
    },
  }
  const checked = saga<Errand>('errand', { key: ({ id }) => id })
    .activities<LaneActivities>()
    .step('one', { invoke: 'act', onUnknown: 'park', ...once, result: digits as never })
    .build()
  const by = (result: unknown): Operation => ({ ...sound, verb: 'resolve', result })

  async function parked(host: NonNullable<RecordedOptions['host']>) {
    const run = recordedRun(checked, [{ id: 'a' }], laneActivities({ 'action one': () => 'no number' }), { host })
    await run.until('a', 'parked')
    return run
  }

  it('whose result fits does what every version does', async () => {
    const changes: string[] = []
    const run = await parked({ isCurrent: (change) => changes.push(change) > 0 })
    run.runtime.message(() => run.batch.operate(by(7)))

    expect((await run.report).completed).toBe(1)
    expect(changes).not.toContain('checked-result')
  })

  it('whose result does not fit is taken in the replay of a run that took it', async () => {
    const run = await parked(before('checked-result'))

    expect(run.runtime.message(() => run.batch.operate(by('text')))).toMatchObject({ lanes: ['a'] })
    expect((await run.report).completed).toBe(1)
  })
})
