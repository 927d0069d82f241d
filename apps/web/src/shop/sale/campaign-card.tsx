import { Card } from '../../ui/card.js'
import { moneyText, timeText } from '../../ui/format.js'
import { Countdown, useServerNow } from '../clock/countdown.js'
import { hasEnded, isLive, type Purchase } from '../purchases/purchase.js'
import { PurchasePanel } from '../purchases/purchase-panel.js'
import { useShop } from '../shop-context.js'
import { BuyButton } from './buy-button.js'
import { type Campaign, type Standing, standingOf } from './campaign.js'
import { StockBar } from './stock-bar.js'

/** One sale: its price and stock, how it stands, and what the shopper has of it. */
export function CampaignCard({ campaign }: { readonly campaign: Campaign }) {
  const { texts, purchases } = useShop()
  const now = useServerNow()
  const standing = now === undefined ? undefined : standingOf(campaign, now)
  const own = (purchases.value ?? []).filter(({ voucherId }) => voucherId === campaign.voucherId)
  return (
    <Card title={campaign.title}>
      <Price campaign={campaign} />
      {standing !== 'ended' && <StockBar campaign={campaign} />}
      {standing !== undefined && now !== undefined && <Stand campaign={campaign} standing={standing} now={now} />}
      {shownOf(own).map((purchase) => (
        <PurchasePanel key={purchase.traceId} purchase={purchase} />
      ))}
      {standing !== undefined && standing !== 'ended' && (
        <BuyButton campaign={campaign} standing={standing} own={own} />
      )}
      <p class="note">{texts.limit(campaign.limitPerUser)}</p>
    </Card>
  )
}

/** The live purchases, or else the newest one. */
function shownOf(own: readonly Purchase[]): readonly Purchase[] {
  const live = own.filter((purchase) => isLive(purchase) || !hasEnded(purchase))
  return live.length > 0 ? live : own.slice(0, 1)
}

function Price({ campaign: { priceMinor, listPriceMinor, currency } }: { readonly campaign: Campaign }) {
  const { texts, language } = useShop()
  return (
    <p class="price">
      <strong>{moneyText(priceMinor, currency, language)}</strong>{' '}
      {listPriceMinor > priceMinor && (
        <span class="note">{texts.listPrice(moneyText(listPriceMinor, currency, language))}</span>
      )}
    </p>
  )
}

interface StandProps {
  readonly campaign: Campaign
  readonly standing: Standing
  readonly now: number
}

function Stand({ campaign: { beginsAt, endsAt }, standing, now }: StandProps) {
  const { texts, language } = useShop()
  const { title, next } = texts.standing[standing]
  const isUpcoming = standing === 'upcoming' && now < beginsAt
  return (
    <div class="stand" data-standing={standing}>
      <p class="badge">{title}</p>
      {next !== '' && <p>{next}</p>}
      {isUpcoming && <Countdown label={texts.opensIn} until={beginsAt} now={now} />}
      {isUpcoming && <p class="note">{texts.opensAt(timeText(beginsAt, language))}</p>}
      {standing === 'open' && <Countdown label={texts.endsIn} until={endsAt} now={now} />}
      {standing === 'ended' && now >= endsAt && <p class="note">{texts.endedAt(timeText(endsAt, language))}</p>}
    </div>
  )
}
