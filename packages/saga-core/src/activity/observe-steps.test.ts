import { ApplicationFailure } from '@temporalio/common'
import { beforeEach, describe, expect, it } from 'vitest'
import { done, refused } from '../wire/answer.js'
import { failureType } from '../wire/failure.js'
import { type SetCall, toSetReport, toSetRequest } from '../wire/set-wise.js'
import { observeSteps, type StepAttempt } from './observe-steps.js'

const call: SetCall = { saga: 'trip', step: 'bookHotel', phase: 'action', workflowId: 'trip-1' }
const seen: StepAttempt[] = []
beforeEach(() => {
  seen.length = 0
})

/** Makes one attempt of an activity under an observer. */
function attempt(
  args: unknown[],
  activity: () => Promise<unknown>,
  observe = (one: StepAttempt) => void seen.push(one),
) {
  const context = { info: { attempt: 3 } } as Parameters<ReturnType<typeof observeSteps>>[0]
  const { inbound } = observeSteps(observe)(context)
  return inbound?.execute?.({ args, headers: {} }, activity)
}

const lanesOf = (args: readonly unknown[]) =>
  toSetRequest(
    call,
    args.map((arg, at) => ({ key: `k${at}`, arg })),
  )

describe('an observer of steps', () => {
  it.each([
    ['are a field of the arguments', [{ id: 'k0' }, { id: 'k1' }]],
    ['are sent beside the arguments', [{ n: 1 }, { n: 2 }]],
  ])('is told of an attempt of a set whose keys %s, with what became of each lane', async (_, args) => {
    const report = toSetReport(['k0', 'k1'], [done('k0', 7), refused('k1', 'FULL')])
    expect(await attempt([lanesOf(args)], async () => report)).toBe(report)
    expect(seen).toMatchObject([{ ...call, lanes: ['k0', 'k1'], attempt: 3 }])
    expect([0, 1].map((at) => seen[0]?.resultAt(at))).toEqual(['done', 'refused'])
    expect(seen[0]?.to).toBeGreaterThanOrEqual(seen[0]?.from ?? Number.NaN)
  })

  it('is told that no lane of a set has an answer where the attempt failed, and the attempt fails', async () => {
    const failing = attempt([lanesOf([{ id: 'k0' }])], () => Promise.reject(new Error('no room')))
    await expect(failing).rejects.toThrow('no room')
    expect(seen[0]?.resultAt(0)).toBe('failed')
  })

  it('is told of a lane whose activity is called for it alone', async () => {
    const laneCall = { ...call, lane: 'k9', idempotencyKey: 'i' }
    await attempt(['arg', laneCall], async () => 1)
    const refusal = ApplicationFailure.create({ type: failureType.refused })
    await expect(attempt(['arg', laneCall], () => Promise.reject(refusal))).rejects.toBe(refusal)
    expect(seen.map(({ lanes, resultAt }) => [lanes, resultAt(0)])).toEqual([
      [['k9'], 'done'],
      [['k9'], 'refused'],
    ])
  })

  it('is not told of an activity that is of no saga, and fails no step by an error of its own', async () => {
    expect(await attempt([{ any: 1 }], async () => 1)).toBe(1)
    expect(seen).toEqual([])
    const observe = () => {
      throw new Error('the observer is broken')
    }
    expect(await attempt([lanesOf([{ id: 'k0' }])], async () => 2, observe)).toBe(2)
  })
})
