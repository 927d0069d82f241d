import { useEffect, useRef } from 'preact/hooks'
import { dataOf } from 'seckill-client/public'
import { type Polled, usePolled } from '../../live/use-polled.js'
import type { Language } from '../../ui/language.js'
import { api } from '../api.js'
import { createServerClock, type ServerClock } from '../clock/server-clock.js'
import type { Campaign } from './campaign.js'

/** The campaigns, and the clock that they go by. */
export interface Sales extends Polled<readonly Campaign[]> {
  readonly clock: ServerClock
}

const everyMs = 2_000
/** The first answers come over a connection that is just being opened. */
const firstProbes = 3

/** Reads the campaigns every two seconds; each answer is a probe of the clock. */
export function useSales(language: Language): Sales {
  const clock = useRef<ServerClock | undefined>(undefined)
  clock.current ??= createServerClock()
  const { add } = clock.current
  const read = async (): Promise<readonly Campaign[]> => {
    const sentAt = performance.now()
    const { serverTime, vouchers } = await dataOf(api[language].GET('/api/v1/vouchers'))
    if (serverTime !== null) add({ sentAt, receivedAt: performance.now(), serverTime })
    return vouchers
  }
  const polled = usePolled('sales', read, () => everyMs)
  const { refresh } = polled
  useEffect(() => {
    for (let probe = 0; probe < firstProbes; probe += 1) void refresh()
  }, [refresh])
  return { ...polled, clock: clock.current }
}
