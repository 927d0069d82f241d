/** Bounds of a group: it is handed on when the first of them is reached. */
export interface GroupBounds {
  readonly milliseconds: number
  readonly items: number
}

/** Gathers items into groups, and hands each group to `act` in the order of its items. */
export function gatherGroups<Item>(
  { milliseconds, items }: GroupBounds,
  act: (group: readonly Item[]) => void,
): (item: Item) => void {
  let group: Item[] = []
  let timer: NodeJS.Timeout | undefined
  const handOn = (): void => {
    clearTimeout(timer)
    const full = group
    group = []
    act(full)
  }
  return (item) => {
    if (group.length === 0) timer = setTimeout(handOn, milliseconds)
    group.push(item)
    if (group.length >= items) handOn()
  }
}
