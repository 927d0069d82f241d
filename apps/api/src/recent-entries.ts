/** Entries of a Map that forgets those that were not used for long. */
export interface RecentEntries<Key, Value> {
  /** What is remembered of the key, which is from now on in use. */
  get(key: Key): Value | undefined
  set(key: Key, value: Value): void
}

/**
 * Remembers at most `capacity` entries, and at least the half of them that was used last. It forgets the other half at once: a Map that
 * loses its oldest entry for each new one gets slower and slower, since it looks for the oldest behind all places that were given up.
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
