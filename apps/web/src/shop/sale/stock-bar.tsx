import { useShop } from '../shop-context.js'
import type { Campaign } from './campaign.js'

/** The share of the stock that is left, with the number below it. */
export function StockBar({ campaign: { remaining, total } }: { readonly campaign: Campaign }) {
  const { texts } = useShop()
  if (remaining === null) return <p class="note">{texts.leftUnknown}</p>
  return (
    <div>
      <div class="stock" aria-hidden="true">
        <div style={{ inlineSize: `${total === 0 ? 0 : (100 * remaining) / total}%` }} />
      </div>
      <p class="note">{texts.left(remaining, total)}</p>
    </div>
  )
}
