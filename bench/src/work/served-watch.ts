import { setTimeout as delay } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Database } from 'seckill-store/mysql'

/** Waits for runs whose lanes await payment: such a run stays open, so that its end tells nothing. */
export interface ServedWatch {
  /** Resolves when so many purchases of the run await payment or have ended. */
  served(owner: string, lanes: number): Promise<void>
}

interface Waiting {
  readonly lanes: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const pollMs = 10

/** Creates a watch that asks MySQL about all runs under way in one statement. */
export function createServedWatch(db: Kysely<Database>): ServedWatch {
  const waiting = new Map<string, Waiting>()
  let isPolling = false

  async function poll(): Promise<void> {
    isPolling = true
    while (waiting.size > 0) {
      await delay(pollMs)
      for (const { owner, lanes } of await countServed(db, [...waiting.keys()])) {
        const run = waiting.get(owner)
        if (run === undefined || lanes < run.lanes) continue
        waiting.delete(owner)
        run.resolve()
      }
    }
    isPolling = false
  }

  function giveUp(error: unknown): void {
    isPolling = false
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  return {
    served: (owner, lanes) =>
      new Promise((resolve, reject) => {
        waiting.set(owner, { lanes, resolve, reject })
        if (!isPolling) void poll().catch(giveUp)
      }),
  }
}

function countServed(db: Kysely<Database>, owners: readonly string[]) {
  return db
    .selectFrom('purchases')
    .select((eb) => ['owner', eb.fn.countAll<number>().as('lanes')])
    .where('owner', 'in', owners)
    .where('state', '<>', 'PROCESSING')
    .groupBy('owner')
    .execute()
}
