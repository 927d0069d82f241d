import { useEffect, useState } from 'preact/hooks'
import { countdownText } from '../../ui/format.js'
import { useShop } from '../shop-context.js'

const tickMs = 200

/** The time of the gate's clock, five times a second; undefined until it is known. */
export function useServerNow(): number | undefined {
  const { clock } = useShop().sales
  const [now, setNow] = useState(clock.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), tickMs)
    return () => clearInterval(timer)
  }, [clock])
  return now
}

/** The time left until `until`, which a screen reader does not read out by itself. */
export function Countdown({
  label,
  until,
  now,
}: {
  readonly label: string
  readonly until: number
  readonly now: number
}) {
  return (
    <p class="countdown">
      {label} <span role="timer">{countdownText(until - now)}</span>
    </p>
  )
}
