/** A Map of bounded size that evicts the entries used least recently. */
export interface RecentEntries<Key, Value> {
  /** The value of the key, which becomes the most recently used. */
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
}

/**
 * Keeps at most `capacity` entries, and at least the most recently used half of them.
 *
 * The other half is evicted at once: a Map that loses its oldest entry for each new one slows down, since it searches
 * for the oldest behind all deleted slots.
 */
export function createRecentEntries<Key, Value>(capacity: number): RecentEntries<Key, Value> {
  const half = Math.ceil(capacity / 2)
  let young = new Map<Key, Value>()
  let old = young

  const set = (key: Key, value: Value): void => {
    if (young.size >= half && !young.has(key)) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }

  return {
    set,
    get(key) {
      const recent = young.get(key)
      if (recent !== undefined) return recent
      const value = old.get(key)
      if (value !== undefined) set(key, value)
      return value
    },
  }
}
