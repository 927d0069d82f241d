import { setTimeout as delay } from 'node:timers/promises'
import type { PurchaseView } from '../purchase-view.js'
import type { NamedPurchase, OwnedView, ReadViews } from '../read-views.js'

/** Bounds a read to some milliseconds of MySQL and of the process. */
const purchasesARead = 1_000

type OnView = (view: PurchaseView) => void

export interface StatusFeedDependencies {
  readonly readViews: ReadViews
  /** The pause between two readings. */
  readonly everyMs: number
  readonly onError: (error: unknown) => void
}

/**
 * The changes of all purchases that this process watches, from one batched reading after the other, however many watch one. While
 * nothing is watched nothing is read.
 */
export interface StatusFeed {
  /** Calls `onView` with the view as of the next reading and with each change of it, until the returned function is called. */
  watch(purchase: NamedPurchase, onView: OnView): () => void
  /** Ends the readings; resolves after the one under way. */
  stop(): Promise<void>
}

interface Watched {
  readonly purchase: NamedPurchase
  /** Those who watch it, with the view that each was told as text; empty before the first one. */
  readonly told: Map<OnView, string>
  /** MySQL has it, so that Redis is no longer asked. */
  isOwned: boolean
}

/** A part of a reading. Those who watch from later on may have seen a newer view than it has. */
interface Asked {
  readonly one: Watched
  readonly watchers: readonly OnView[]
}

export function createStatusFeed({ readViews, everyMs, onError }: StatusFeedDependencies): StatusFeed {
  const watched = new Map<string, Watched>()
  const stopping = new AbortController()
  let reading: Promise<void> | undefined

  const readAll = async (asked: readonly Asked[]): Promise<void> => {
    for (let first = 0; first < asked.length; first += purchasesARead) {
      const some = asked.slice(first, first + purchasesARead)
      const views = await readViews(some.map(({ one }) => one.purchase))
      for (const { one, watchers } of some) tell(one, watchers, views.get(one.purchase.traceId))
    }
  }

  /** Purchases that MySQL has are told although Redis does not answer. */
  const readOnce = async (): Promise<void> => {
    const asked = [...watched.values()].map((one) => ({ one, watchers: [...one.told.keys()] }))
    for (const some of Map.groupBy(asked, ({ one }) => one.isOwned).values()) await readAll(some).catch(onError)
  }

  const readWhileWatched = async (): Promise<void> => {
    while (watched.size > 0 && !stopping.signal.aborted) {
      await readOnce()
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
    reading = undefined
  }

  return {
    watch(purchase, onView) {
      const { traceId } = purchase
      const one = watched.get(traceId) ?? { purchase, told: new Map(), isOwned: false }
      watched.set(traceId, one)
      one.told.set(onView, '')
      reading ??= readWhileWatched()
      return () => {
        one.told.delete(onView)
        if (one.told.size === 0 && watched.get(traceId) === one) watched.delete(traceId)
      }
    },
    async stop() {
      stopping.abort()
      await reading
    },
  }
}

/** Tells a view that a watcher was not told last. A purchase that is not found now has none, and stays as it was. */
function tell(one: Watched, watchers: readonly OnView[], read: OwnedView | undefined): void {
  if (read === undefined) return
  one.isOwned ||= read.isOwned
  const text = JSON.stringify(read.view)
  for (const onView of watchers) {
    const last = one.told.get(onView)
    if (last === undefined || last === text) continue
    one.told.set(onView, text)
    onView(read.view)
  }
}
