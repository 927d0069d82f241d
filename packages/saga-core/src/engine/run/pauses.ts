/** The pause before a pending answer is asked for again the first time, in milliseconds. */
export const firstPauseMs = 1_000

/** The pause that follows one, in milliseconds: twice as long, up to the longest. */
export function nextPauseMs(pauseMs: number, longestMs: number): number {
  return Math.min(pauseMs * 2, longestMs)
}
