import { useEffect, useState } from 'preact/hooks'
import type { Purchase } from './purchase.js'

/** Called for each state of a followed purchase. */
export type OnPurchase = (purchase: Purchase) => void

/** A browser has six connections to a host for all its tabs together. */
const mostStreams = 2

/**
 * Follows open purchases by their events while the page is visible. Answers `true` while each of them is followed; otherwise they have to be
 * asked for.
 */
export function usePurchaseEvents(traceIds: readonly string[], onPurchase: OnPurchase): boolean {
  const [live, setLive] = useState<ReadonlySet<string>>(new Set())
  const isVisible = useVisible()
  const followed = isVisible ? traceIds.slice(0, mostStreams).join(' ') : ''
  useEffect(() => {
    const note = (traceId: string, isLive: boolean): void =>
      setLive((known) => {
        const next = new Set(known)
        if (isLive) next.add(traceId)
        else next.delete(traceId)
        return next
      })
    const ids = followed === '' ? [] : followed.split(' ')
    const stops = ids.map((traceId) => follow(traceId, onPurchase, (isLive) => note(traceId, isLive)))
    return () => {
      for (const stop of stops) stop()
      setLive(new Set())
    }
  }, [followed])
  return traceIds.every((traceId) => live.has(traceId))
}

/** The browser connects again by itself after a loss, unless the answer was an error. */
function follow(traceId: string, onPurchase: OnPurchase, onLive: (isLive: boolean) => void): () => void {
  const source = new EventSource(`/api/v1/purchases/${traceId}/events`)
  const take = ({ data }: MessageEvent<string>): void => onPurchase(JSON.parse(data))
  source.addEventListener('open', () => onLive(true))
  source.addEventListener('error', () => onLive(false))
  source.addEventListener('status', take)
  source.addEventListener('end', (event) => {
    take(event)
    source.close()
  })
  return () => source.close()
}

function useVisible(): boolean {
  const [isVisible, setVisible] = useState(!document.hidden)
  useEffect(() => {
    const look = (): void => setVisible(!document.hidden)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return isVisible
}
