import { useShop } from '../shop-context.js'
import type { Campaign } from './campaign.js'
import { CampaignCard } from './campaign-card.js'

const mostEnded = 4

/** The sales: open ones first, then those to come, then the last that have ended. */
export function SalesView() {
  const { texts, sales } = useShop()
  const { value } = sales
  if (value === undefined) return <p class="note empty">{texts.loading}</p>
  const shown = inOrder(value)
  if (shown.length === 0) return <p class="note empty">{texts.noSales}</p>
  return (
    <div class="cards">
      {shown.map((campaign) => (
        <CampaignCard key={campaign.voucherId} campaign={campaign} />
      ))}
    </div>
  )
}

function inOrder(campaigns: readonly Campaign[]): readonly Campaign[] {
  const running = campaigns.filter(({ state }) => state !== 'CLOSED' && state !== 'SETTLED')
  const ended = campaigns.filter(({ state }) => state === 'CLOSED' || state === 'SETTLED')
  const byEnd = (one: Campaign, other: Campaign) => one.endsAt - other.endsAt
  const hasUnits = ({ remaining }: Campaign) => (remaining === 0 ? 1 : 0)
  return [
    ...running.toSorted((one, other) => hasUnits(one) - hasUnits(other) || byEnd(one, other)),
    ...ended.toSorted((one, other) => byEnd(other, one)).slice(0, mostEnded),
  ]
}
