import type { Logger } from 'pino'
import type { Draws } from '../behaviour/draws.js'
import type { Journal } from '../journal/journal.js'
import type { Callback } from '../state/records.js'
import type { Store } from '../state/store.js'
import type { Timers } from '../timers.js'
import { afterFailed, afterTaken, type RetryPolicy } from './progress.js'
import type { Send } from './send.js'

/** What the queue works with. */
export interface QueueParts {
  readonly store: Pick<Store, 'callback' | 'heldCallbackOf' | 'take'>
  readonly journal: Pick<Journal, 'append' | 'durable'>
  readonly draws: Draws
  readonly timers: Timers
  readonly send: Send
  readonly policy: RetryPolicy
  readonly logger: Logger
  now(): number
  onAttempt(result: 'taken' | 'failed' | 'givenUp'): void
}

/** Delivers callbacks beside the API. */
export interface CallbackQueue {
  /** Takes over a callback that is on disk. */
  deliver(callback: Callback): void
  /** Starts no further attempt; waits for those under way, at most `limitMs` milliseconds, and then breaks them off. */
  stop(limitMs: number): Promise<void>
}

/** Attempts under way at the same time; a silent receiver holds as many, each for the timeout. */
const maxUnderWay = 64

/** Creates the queue. An attempt whose result is not on disk when the process dies is made again, with the same id. */
export function createCallbackQueue(parts: QueueParts): CallbackQueue {
  const { store, journal, draws, timers, send, policy, logger, now } = parts
  const ready = new Set<string>()
  const sending = new Set<string>()
  const underWay = new Set<Promise<void>>()
  const broken = new AbortController()
  let stopped = false

  function wait({ id, dueAt }: Callback): void {
    timers.at(dueAt, () => {
      ready.add(id)
      startReady()
    })
  }

  function startReady(): void {
    while (!stopped && underWay.size < maxUnderWay) {
      const [id] = ready
      if (id === undefined) return
      ready.delete(id)
      const callback = store.callback(id)
      // One that was held has a timer of its hold as well; it may have been sent since.
      if (callback === undefined || callback.dueAt > now() || sending.has(id)) continue
      const attempt = makeAttempt(callback).finally(() => {
        underWay.delete(attempt)
        startReady()
      })
      underWay.add(attempt)
    }
  }

  async function makeAttempt(callback: Callback): Promise<void> {
    sending.add(callback.id)
    const problem = await send(callback, broken.signal)
    sending.delete(callback.id)
    if (broken.signal.aborted) return
    const next = problem === undefined ? afterTaken(callback, now()) : failed(callback, problem)
    save(next)
    parts.onAttempt(problem === undefined ? 'taken' : next.state === 'givenUp' ? 'givenUp' : 'failed')
    if (next.state === 'pending') wait(next)
    if (problem === undefined || next.state === 'givenUp') releaseHeld(callback)
  }

  function failed(callback: Callback, problem: string): Callback {
    const { id, type, paymentId, url } = callback
    const next = afterFailed(callback, policy, now(), draws.next(`jitter ${callback.merchantReference} ${type}`))
    const facts = { callbackId: id, type, paymentId, origin: new URL(url).origin, problem, attempts: next.attempts }
    if (next.state === 'givenUp') logger.warn(facts, 'a callback is given up')
    else logger.debug({ ...facts, nextMs: next.dueAt - now() }, 'a callback was not taken')
    return next
  }

  /** A held callback goes out behind the next one of its payment. */
  function releaseHeld({ id, paymentId }: Callback): void {
    const held = store.heldCallbackOf(paymentId)
    if (held === undefined || held.id === id) return
    const due = { ...held, dueAt: now(), held: false }
    save(due)
    wait(due)
  }

  function save({ id, state, attempts, copies, dueAt, held }: Callback): void {
    const progress = { id, state, attempts, copies, dueAt, held }
    store.take({ progress })
    journal.append({ progress })
    // `journal.failed` ends the process.
    journal.durable().catch(() => {})
  }

  return {
    deliver: wait,
    async stop(limitMs) {
      stopped = true
      const limit = setTimeout(() => broken.abort(), limitMs)
      await Promise.all(underWay)
      clearTimeout(limit)
    },
  }
}
