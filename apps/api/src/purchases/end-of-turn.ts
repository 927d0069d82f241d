/**
 * Gathers what one turn of the event loop brings and does it at the end of the turn, in its order. For writes to sockets: in between
 * reads, each would wake a client that sleeps, which costs both sides more than the answer itself.
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
