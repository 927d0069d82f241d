import { useEffect, useRef, useState } from 'preact/hooks'
import { type Polling, type Reading, startPolling } from './polling.js'

/** A {@link Reading}, and how to read at once. */
export interface Polled<T> extends Reading<T> {
  readonly refresh: () => Promise<void>
  /** Changes the value that was read last. */
  readonly change: (by: (value: T) => T) => void
}

/** Reads a value every `everyMs` milliseconds while the page is visible. Another `key` forgets it and begins anew. */
export function usePolled<T>(
  key: unknown,
  read: () => Promise<T>,
  everyMs: (value: T | undefined) => number,
): Polled<T> {
  const [reading, setReading] = useState<Reading<T>>({ value: undefined, isFailing: false })
  const latest = useRef({ read, everyMs, value: reading.value })
  latest.current = { read, everyMs, value: reading.value }
  const polling = useRef<Polling<T> | undefined>(undefined)
  useEffect(() => {
    setReading({ value: undefined, isFailing: false })
    const started = startPolling(
      () => latest.current.read(),
      () => latest.current.everyMs(latest.current.value),
      setReading,
    )
    polling.current = started
    return started.stop
  }, [key])
  const refresh = useRef(() => polling.current?.refresh() ?? Promise.resolve())
  const change = useRef((by: (value: T) => T) => polling.current?.change(by))
  return { ...reading, refresh: refresh.current, change: change.current }
}
