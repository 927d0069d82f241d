import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { SagaError, SagaErrorCode } from 'saga-core'
import { expect, it } from 'vitest'
import { createTellRuns } from './tell-runs.js'

const lane = { reservationId: '7-a', owner: 'run-1' }

/** Tells a run whose server gives these answers, one after the other, and then takes each message. */
function telling(...failures: readonly Error[]) {
  const left = [...failures]
  const told: string[] = []
  const untold: number[] = []
  const tellRuns = createTellRuns({
    sagas: {
      async message(run, _wait, key) {
        const failure = left.shift()
        if (failure !== undefined) throw failure
        told.push(`${run} ${key}`)
      },
    },
    onFailed: (lanes) => void untold.push(lanes),
    logger: pino({ level: 'silent' }),
    pausesMs: [1, 1, 1],
  })
  return { tellRuns, told, untold, left }
}

const silence = () => new SagaError(SagaErrorCode.NoAnswer, 'run "run-1" did not answer')

it('a run that was not told is counted once, and told again', async () => {
  const { tellRuns, told, untold } = telling(silence(), silence())
  tellRuns([lane])
  await expect.poll(() => ({ told, untold })).toEqual({ told: ['run-1 7-a'], untold: [1] })
})

it('a run that is not told in all its attempts is left to its deadline', async () => {
  const { tellRuns, told, untold, left } = telling(silence(), silence(), silence(), silence(), silence())
  tellRuns([lane])
  await expect.poll(() => left.length).toBe(1)
  await delay(50)
  expect({ left: left.length, told, untold }).toEqual({ left: 1, told: [], untold: [1] })
})

it('a run that has ended is not told again', async () => {
  const { tellRuns, left, untold } = telling(new SagaError(SagaErrorCode.RunNotOpen, 'no open run'), silence())
  tellRuns([lane])
  await delay(50)
  expect({ left: left.length, untold }).toEqual({ left: 1, untold: [] })
})
