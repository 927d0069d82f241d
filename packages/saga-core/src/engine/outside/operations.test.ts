import { describe, expect, it } from 'vitest'
import {
  type Errand,
  type LaneActivities,
  laneActivities,
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
