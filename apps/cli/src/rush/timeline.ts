import { type RushResult, rushResults } from './answer.js'

/** The length of a slice, in milliseconds. */
export const sliceMs = 100

/** The requests that left in one slice of a rush, and the answers that came in it. */
export interface Slice {
  readonly sent: number
  readonly results: Readonly<Record<RushResult, number>>
}

export interface Timeline {
  /** Counts a request that left so many milliseconds after the start. */
  left(sinceStartMs: number): void
  /** Counts an answer that came so many milliseconds after the start. */
  answered(sinceStartMs: number, result: RushResult): void
  /** The slices from the start, without a gap. */
  slices(): readonly Slice[]
}

interface Counting {
  sent: number
  readonly results: Record<RushResult, number>
}

/** Counts requests and answers by the slice in which they happen. */
export function createTimeline(): Timeline {
  const counted: Counting[] = []
  const at = (sinceStartMs: number): Counting => {
    const index = Math.max(0, Math.floor(sinceStartMs / sliceMs))
    while (counted.length <= index) counted.push(emptySlice())
    return counted[index] as Counting
  }
  return {
    left(sinceStartMs) {
      at(sinceStartMs).sent++
    },
    answered(sinceStartMs, result) {
      at(sinceStartMs).results[result]++
    },
    slices: () => counted.map(({ sent, results }) => ({ sent, results: { ...results } })),
  }
}

function emptySlice(): Counting {
  return {
    sent: 0,
    results: Object.fromEntries(rushResults.map((result) => [result, 0])) as Record<RushResult, number>,
  }
}
