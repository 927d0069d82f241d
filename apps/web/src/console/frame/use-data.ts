import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOfFault } from './fault.js'

/** What a page shows of the API: the last answer, and why there is no newer one. */
export interface Shown<T> {
  readonly data: T | undefined
  readonly fault: string | undefined
  readonly isLoading: boolean
  reload(): void
}

/** Reads something of the API, again when its name changes; without a name it reads nothing. */
export function useData<T>(name: string | undefined, read: () => Promise<T>): Shown<T> {
  const [shown, setShown] = useState<{ readonly name?: string; readonly data?: T; readonly fault?: string }>({})
  const [isLoading, setIsLoading] = useState(false)
  const latest = useRef<string | undefined>(undefined)
  const load = useCallback(async () => {
    latest.current = name
    if (name === undefined) return setShown({})
    setIsLoading(true)
    try {
      const data = await read()
      if (latest.current === name) setShown({ name, data })
    } catch (error) {
      const fault = sentenceOfFault(error)
      if (latest.current === name) setShown((before) => (before.name === name ? { ...before, fault } : { name, fault }))
    } finally {
      if (latest.current === name) setIsLoading(false)
    }
  }, [name])
  useEffect(() => void load(), [load])
  return { data: shown.data, fault: shown.fault, isLoading, reload: () => void load() }
}
