import { setImmediate } from 'node:timers/promises'

/** Items between two turns of the event loop: some milliseconds of work. */
const itemsATurn = 100

/** Does work for each item, and lets the process do its other work between; a process that serves buyers makes files too. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  for (let first = 0; first < items.length; first += itemsATurn) {
    for (const item of items.slice(first, first + itemsATurn)) work(item)
    await setImmediate()
  }
}
