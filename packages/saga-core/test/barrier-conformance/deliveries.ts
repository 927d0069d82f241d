/**
 * A delivery to one lane: `A` an action, `R` an action that its work refuses, `C` a compensation, `S` a compensation that its work
 * refuses.
 */
type Event = 'A' | 'R' | 'C' | 'S'

function append(words: readonly string[], events: string): readonly string[] {
  return words.flatMap((word) => [...events].map((event) => word + event))
}

/** Every word over these events up to a length. */
export function wordsOver(events: string, longest: number): readonly string[] {
  const words: string[] = []
  for (let length = 1, some: readonly string[] = ['']; length <= longest; length++) {
    some = append(some, events)
    words.push(...some)
  }
  return words
}

function count(word: string, event: Event): number {
  return [...word].filter((one) => one === event).length
}

/**
 * Every order of an action, its retry, a late action, a compensation and its retry, each of them lost, delivered, or delivered twice:
 * all words of at most six actions and four compensations.
 */
export function everyDelivery(): readonly string[] {
  return wordsOver('AC', 10).filter((word) => count(word, 'A') <= 6 && count(word, 'C') <= 4)
}

/** The expected answer to a lane's last event, and its balance after it. */
export interface Expected {
  readonly status: 'done' | 'refused' | 'fenced'
  readonly code?: 'NO' | 'STUCK'
  /** The balance; `undefined` when the account was never written. */
  readonly balance: number | undefined
}

/** The expected answer to the last event of a word. */
export function expected(word: string): Expected {
  const events = [...word] as Event[]
  const first = events[0]
  const isUndo = (event: Event | undefined) => event === 'C' || event === 'S'
  const last = events.at(-1)
  if (first === 'R')
    return { ...(isUndo(last) ? { status: 'done' } : { status: 'refused', code: 'NO' }), balance: undefined }
  if (isUndo(first)) return { status: isUndo(last) ? 'done' : 'fenced', balance: undefined }
  const undone = events.includes('C')
  const balance = undone ? 0 : 1
  if (last === 'S' && !undone) return { status: 'refused', code: 'STUCK', balance }
  return { status: undone && !isUndo(last) ? 'fenced' : 'done', balance }
}
