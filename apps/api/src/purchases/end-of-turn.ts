/**
 * Defers `act` for the items of one turn of the event loop to the end of that turn, in their order. For socket writes:
 * a write between two reads wakes a sleeping client, which costs more than the answer.
 */
export function atEndOfTurn<Item>(act: (item: Item) => void): (item: Item) => void {
  let gathered: Item[] = []
  const actOnAll = (): void => {
    const all = gathered
    gathered = []
    for (const item of all) act(item)
  }
  return (item) => {
    if (gathered.length === 0) setImmediate(actOnAll)
    gathered.push(item)
  }
}
