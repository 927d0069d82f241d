import { ApplicationFailure } from '@temporalio/common'
import type { LaneCall } from 'saga-core'
import type { TransferActivities } from '../src/activities.js'
import type { Transfer } from '../src/saga.js'

export const faultKinds = ['none', 'before', 'after', 'late', 'twice', 'givenUp', 'givenUpLate'] as const
export type FaultKind = (typeof faultKinds)[number]

/** Decides what goes wrong with an attempt. */
export type FaultScript = (activity: keyof TransferActivities) => FaultKind

type Work = () => Promise<void>

/** Activities whose attempts go wrong, and the attempts that are still on their way. */
export interface FaultyActivities {
  readonly activities: TransferActivities
  /** How often each fault happened. */
  readonly happened: Record<FaultKind, number>
  /** Lets all late attempts arrive; answers how each ended. */
  land(): Promise<readonly PromiseSettledResult<void>[]>
}

const lost = () => new Error('the connection was lost')
/** The engine takes the step as unknown at once, as after the last of its retries. */
const givenUp = () => ApplicationFailure.nonRetryable('the bank does not answer', 'GivenUp')

/** Stands between the saga and its activities. */
export function withFaults(activities: TransferActivities, script: FaultScript): FaultyActivities {
  const late: Work[] = []
  const happened = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>
  const faults: Record<FaultKind, (work: Work) => Promise<void>> = {
    none: (work) => work(),
    before: () => Promise.reject(lost()),
    after: async (work) => {
      await work()
      throw lost()
    },
    late: (work) => {
      late.push(work)
      return Promise.reject(lost())
    },
    twice: async (work) => {
      const [, second] = await Promise.allSettled([work(), work()])
      if (second.status === 'rejected') throw second.reason
    },
    givenUp: async (work) => {
      await work()
      throw givenUp()
    },
    givenUpLate: (work) => {
      late.push(work)
      return Promise.reject(givenUp())
    },
  }
  const faulty = (activity: keyof TransferActivities) => (transfer: Transfer, call: LaneCall) => {
    const kind = script(activity)
    happened[kind]++
    return faults[kind](() => activities[activity](transfer, call))
  }
  return {
    activities: { debit: faulty('debit'), creditBack: faulty('creditBack'), credit: faulty('credit') },
    happened,
    land: () => Promise.allSettled(late.splice(0).map((work) => work())),
  }
}
