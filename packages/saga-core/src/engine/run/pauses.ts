/** The pause before a pending answer is asked for again the first time, in milliseconds. */
export const firstPauseMs = 1_000

/** The pause that follows one, in milliseconds: twice as long, up to the longest. */
export function nextPauseMs(pauseMs: number, longestMs: number): number {
  return Math.min(pauseMs * 2, longestMs)
}

/** The share of the time since the first attempt that a pause of an endless call lasts at least. */
const leastShare = 0.01
/** The longest pause that an endless call gets for its age, in milliseconds; its own `maximumMs` may be longer. */
const longestAgedPauseMs = 60_000

/** The pause of a call without an end which has been tried for so many milliseconds: it grows with the hours, so that a history does not. */
export function agedPauseMs(pauseMs: number, ageMs: number): number {
  return Math.max(pauseMs, Math.min(Math.floor(ageMs * leastShare), longestAgedPauseMs))
}
