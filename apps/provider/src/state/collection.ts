/** Records in order, each found at its place or by its id. */
export interface OrderedRecords<T> {
  readonly length: number
  /** @throws RangeError when there is no record at that place */
  at(place: number): T
}

/** Records by id, by Idempotency-Key, by group and in order. */
interface Collection<T> extends OrderedRecords<T> {
  get(id: string): T | undefined
  ofKey(key: string): T | undefined
  ofGroup(group: string): OrderedRecords<T>
  all(): Iterable<T>
  set(record: T): void
}

interface Indexed {
  readonly id: string
  readonly idempotencyKey: string
}

/** Creates an empty collection; a record keeps its key, its group and its place. */
export function createCollection<T extends Indexed>(groupOf: (record: T) => string): Collection<T> {
  const byId = new Map<string, T>()
  const idOfKey = new Map<string, string>()
  const idsOfGroup = new Map<string, string[]>()
  const order: string[] = []
  const known = (id: string): T => {
    const record = byId.get(id)
    if (record === undefined) throw new RangeError(`There is no record ${id}.`)
    return record
  }
  return {
    get length() {
      return order.length
    },
    at: (place) => known(order[place] ?? ''),
    get: (id) => byId.get(id),
    ofKey: (key) => byId.get(idOfKey.get(key) ?? ''),
    ofGroup(group) {
      const ids = idsOfGroup.get(group) ?? []
      return { length: ids.length, at: (place) => known(ids[place] ?? '') }
    },
    all: () => byId.values(),
    set(record) {
      if (!byId.has(record.id)) {
        order.push(record.id)
        idOfKey.set(record.idempotencyKey, record.id)
        const group = groupOf(record)
        const ids = idsOfGroup.get(group)
        if (ids === undefined) idsOfGroup.set(group, [record.id])
        else ids.push(record.id)
      }
      byId.set(record.id, record)
    },
  }
}
