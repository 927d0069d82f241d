import pLimit from 'p-limit'
import type { AppliedMessages, InboxMessage } from 'seckill-store/mysql'
import { ApiError } from '../http/api-error.js'
import { gatherGroups } from './gather.js'

/** The callbacks of one transaction. */
const transaction = { milliseconds: 5, items: 200 } as const
/** About 20 MB of callbacks of the usual size. */
const mostWaiting = 10_000
/** Transactions at a time for the callbacks of one that failed; they leave connections to payments and cancels. */
const aloneAtOnce = 3
/** A provider waits some seconds for an answer. */
const aloneWithinMs = 3_000

export interface CallbackInboxDependencies {
  /** Stores and applies callbacks in one transaction. */
  readonly apply: (messages: readonly InboxMessage[]) => Promise<AppliedMessages>
  /** Called after a commit, once for each transaction. */
  readonly onApplied: (applied: AppliedMessages, messages: number) => void
  readonly now?: () => number
}

/** Stores verified callbacks; those of 5 ms, or 200, share a transaction. */
export interface CallbackInbox {
  /** Resolves once the callback is committed. @throws ApiError UNAVAILABLE when it is not, or may not be */
  put(message: InboxMessage): Promise<void>
}

interface Waiting {
  readonly message: InboxMessage
  readonly stored: () => void
  readonly failed: (cause: unknown) => void
}

export function createCallbackInbox(dependencies: CallbackInboxDependencies): CallbackInbox {
  const { apply, onApplied, now = () => performance.now() } = dependencies
  let waiting = 0

  const storeTogether = async (callbacks: readonly Waiting[]): Promise<void> => {
    onApplied(await apply(callbacks.map(({ message }) => message)), callbacks.length)
    for (const { stored } of callbacks) stored()
  }

  /** One callback that cannot be stored must not keep the others from it. */
  const storeAlone = async (callbacks: readonly Waiting[], cause: unknown): Promise<void> => {
    const until = now() + aloneWithinMs
    const limit = pLimit(callbacks.length > 1 ? aloneAtOnce : 1)
    await limit.map(callbacks, (callback) =>
      now() > until ? callback.failed(cause) : storeTogether([callback]).catch(callback.failed),
    )
  }

  const gather = gatherGroups<Waiting>(transaction, (callbacks) => {
    void storeTogether(callbacks).catch((cause: unknown) => {
      if (callbacks.length > 1) return storeAlone(callbacks, cause)
      for (const { failed } of callbacks) failed(cause)
    })
  })

  return {
    async put(message) {
      if (waiting >= mostWaiting) throw new ApiError('UNAVAILABLE', { retryAfterMs: 1_000 })
      waiting += 1
      try {
        await new Promise<void>((stored, failed) => gather({ message, stored, failed }))
      } catch (cause) {
        throw new ApiError('UNAVAILABLE', { cause, retryAfterMs: 1_000 })
      } finally {
        waiting -= 1
      }
    },
  }
}
