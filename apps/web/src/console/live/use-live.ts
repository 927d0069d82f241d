import { useEffect, useState } from 'preact/hooks'
import { type History, withUpdate } from './history.js'
import type { LiveSale } from './live-sale.js'

/** The live sale: its history, and what is wrong with the connection. */
export interface Live {
  readonly history: History
  readonly trouble: string | undefined
}

/** Follows the sale by its event stream, which the browser opens again by itself. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ history: [], trouble: undefined })
  useEffect(() => {
    const events = new EventSource('/admin/v1/live/events')
    const troubled = (trouble: string) => setLive(({ history }) => ({ history, trouble }))
    events.addEventListener('live', ({ data }) => {
      const update: LiveSale = JSON.parse(data)
      setLive(({ history }) => ({ history: withUpdate(history, update), trouble: undefined }))
    })
    events.addEventListener('trouble', ({ data }) => troubled(`The figures cannot be read: ${JSON.parse(data).reason}`))
    events.addEventListener('error', () => {
      const isOver = events.readyState === EventSource.CLOSED
      troubled(isOver ? 'The connection has ended. Load the page again.' : 'The connection is lost; connecting again…')
    })
    return () => events.close()
  }, [])
  return live
}
