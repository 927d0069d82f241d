/** Does work after the work that was asked for before it has ended. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** Creates a queue of one place. */
export function oneAtATime(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    // A failure is its own caller's; the next work does not wait for it to be handled.
    last = mine.catch(() => undefined)
    return mine
  }
}
