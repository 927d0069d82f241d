import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { call, sentenceOfFault } from './call.js'

/** What a page shows of the API: the last answer, and why there is no newer one. */
export interface Shown<T> {
  readonly data: T | undefined
  readonly fault: string | undefined
  readonly isLoading: boolean
  reload(): void
}

/** Reads a path of the admin API, again when it changes; no path reads nothing. */
export function useData<T>(path: string | undefined): Shown<T> {
  const [shown, setShown] = useState<{ readonly path?: string; readonly data?: T; readonly fault?: string }>({})
  const [isLoading, setIsLoading] = useState(false)
  const latest = useRef<string | undefined>(undefined)
  const load = useCallback(async () => {
    latest.current = path
    if (path === undefined) return setShown({})
    setIsLoading(true)
    try {
      const data = await call<T>(path)
      if (latest.current === path) setShown({ path, data })
    } catch (error) {
      const fault = sentenceOfFault(error)
      if (latest.current === path) setShown((before) => (before.path === path ? { ...before, fault } : { path, fault }))
    } finally {
      if (latest.current === path) setIsLoading(false)
    }
  }, [path])
  useEffect(() => void load(), [load])
  return { data: shown.data, fault: shown.fault, isLoading, reload: () => void load() }
}
