const freshMs = 1_000

/** Redis' clock, by which the window of a sale begins and ends. */
export interface GateClock {
  /** Epoch milliseconds; `null` while Redis' time has not been read. */
  now(): Promise<number | null>
}

/** Creates a clock that reads Redis' time at most once a second and counts on from it. */
export function createGateClock(
  read: () => Promise<number>,
  monotonic: () => number = () => performance.now(),
): GateClock {
  let offset: number | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  const readNow = async (): Promise<void> => {
    const sentAt = monotonic()
    readAt = sentAt
    const time = await read()
    offset = time - (sentAt + monotonic()) / 2
  }

  /** After a failed read the clock counts on from the last one. */
  const refresh = (): void => {
    reading = readNow()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined
      })
  }

  return {
    async now() {
      if (reading === undefined && monotonic() - readAt > freshMs) refresh()
      if (offset === undefined) await reading
      return offset === undefined ? null : Math.round(monotonic() + offset)
    },
  }
}
