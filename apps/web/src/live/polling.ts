/** The last value that was read; `isFailing` when the latest read had no answer. */
export interface Reading<T> {
  readonly value: T | undefined
  readonly isFailing: boolean
}

/** A value that is read again and again. */
export interface Polling<T> {
  /** Reads now, after a read that is under way. */
  refresh(): Promise<void>
  /** Changes the value that was read last, by what was learned elsewhere. */
  change(by: (value: T) => T): void
  stop(): void
}

/** Reads a value every `everyMs()` milliseconds while the page is visible, and at once when it is shown or connected again. */
export function startPolling<T>(
  read: () => Promise<T>,
  everyMs: () => number,
  onReading: (reading: Reading<T>) => void,
): Polling<T> {
  let value: T | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let last: Promise<void> = Promise.resolve()
  let isStopped = false

  const readOnce = async (): Promise<void> => {
    if (isStopped) return
    let isFailing = false
    try {
      value = await read()
    } catch {
      isFailing = true
    }
    if (isStopped) return
    onReading({ value, isFailing })
    clearTimeout(timer)
    if (!document.hidden) timer = setTimeout(refresh, everyMs())
  }
  const refresh = (): Promise<void> => {
    clearTimeout(timer)
    last = last.then(readOnce)
    return last
  }
  const wake = (): void => {
    if (!document.hidden) void refresh()
  }

  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', wake)
  void refresh()
  return {
    refresh,
    change(by) {
      if (value === undefined) return
      value = by(value)
      onReading({ value, isFailing: false })
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', wake)
      window.removeEventListener('online', wake)
    },
  }
}
