/** Gathers the items of one turn of the event loop, and hands them to `act` at the end of that turn, in their order. */
export function gatherTurn<Item>(act: (items: readonly Item[]) => void): (item: Item) => void {
  let gathered: Item[] = []
  const actOnAll = (): void => {
    const all = gathered
    gathered = []
    act(all)
  }
  return (item) => {
    if (gathered.length === 0) setImmediate(actOnAll)
    gathered.push(item)
  }
}

/**
 * Defers `act` for the items of one turn of the event loop to the end of that turn, in their order. For socket writes:
 * a write between two reads wakes a sleeping client, which costs more than the answer.
 */
export function atEndOfTurn<Item>(act: (item: Item) => void): (item: Item) => void {
  return gatherTurn((items) => {
    for (const item of items) act(item)
  })
}
