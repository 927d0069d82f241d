/** The expected wait that a buyer was told last. */
export interface ToldWait {
  readonly seconds: number
  /** It is longer than the one before, which the buyer is told with its reason. */
  readonly hasRisen: boolean
}

/** What a buyer is told after a new expectation; a wait that has risen says so until another one is told. */
export function toldAfter(told: ToldWait | undefined, expectedMs: number): ToldWait {
  const seconds = wholeSeconds(expectedMs)
  if (told?.seconds === seconds) return told
  return { seconds, hasRisen: told !== undefined && seconds > told.seconds }
}

/** Seconds to tell; never none. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000))
}
