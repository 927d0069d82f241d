import { ApplicationFailure } from '@temporalio/common'
import type { LaneCall } from 'saga-core'
import type { TransferActivities } from '../src/activities.js'
import type { Transfer } from '../src/transfer.js'

export const faultKinds = ['none', 'before', 'after', 'late', 'twice', 'givenUp', 'givenUpLate'] as const
export type FaultKind = (typeof faultKinds)[number]

/** Chooses the fault of an attempt. */
export type FaultScript = (activity: keyof TransferActivities) => FaultKind

type Work = () => Promise<void>

/** Activities with faults, and their late attempts. */
export interface FaultyActivities {
  readonly activities: TransferActivities
  /** The number of times each fault happened. */
  readonly happened: Record<FaultKind, number>
  /** Lets all late attempts arrive, and returns the end of each. */
  land(): Promise<readonly PromiseSettledResult<void>[]>
}

function lost() {
  return new Error('the connection was lost')
}
/** The engine takes the step as unknown at once, as after the last of its retries. */
function givenUp() {
  return ApplicationFailure.nonRetryable('the bank does not answer', 'GivenUp')
}

/** Wraps activities so that their attempts meet faults. */
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
