import { useEffect, useRef, useState } from 'preact/hooks'
import { type PurchaseState, stateOf } from './purchases/purchase.js'
import { useShop } from './shop-context.js'

/** Says each change of a purchase to a screen reader, once. */
export function Announcer() {
  const { texts, sales, purchases } = useShop()
  const known = useRef<ReadonlyMap<string, PurchaseState> | undefined>(undefined)
  const [said, setSaid] = useState('')
  const { value } = purchases
  useEffect(() => {
    if (value === undefined) return
    const states = new Map(value.map((purchase) => [purchase.traceId, stateOf(purchase)]))
    const before = known.current
    known.current = states
    // What was there when the page was opened is read on the page.
    const changed = before && value.find(({ traceId }) => states.get(traceId) !== before.get(traceId))
    if (changed === undefined) return
    const title = sales.value?.find(({ voucherId }) => voucherId === changed.voucherId)?.title ?? ''
    const text = texts.state[stateOf(changed)]
    setSaid(`${title}: ${text.title}. ${text.next}`)
  }, [value, sales.value, texts])
  return (
    <p class="announcer" role="status" aria-live="polite">
      {said}
    </p>
  )
}
