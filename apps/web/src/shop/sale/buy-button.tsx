import { isLive, type Purchase } from '../purchases/purchase.js'
import { useShop } from '../shop-context.js'
import type { Texts } from '../texts/texts.js'
import type { Campaign, Standing } from './campaign.js'

export interface BuyButtonProps {
  readonly campaign: Campaign
  readonly standing: Standing
  /** The shopper's purchases of this sale. */
  readonly own: readonly Purchase[]
}

/** The button, which opens by the gate's clock, and what the last attempt came to. */
export function BuyButton({ campaign, standing, own }: BuyButtonProps) {
  const { texts, session, purchases, openSignIn } = useShop()
  const { voucherId, limitPerUser } = campaign
  const attempt = purchases.attempts.get(voucherId)
  const units = own.filter(isLive).reduce((sum, { quantity }) => sum + quantity, 0)
  if (units >= limitPerUser || (standing === 'soldOut' && session.user === null)) return null
  const isAsking = attempt?.kind === 'asking'
  const canBuy = standing === 'open' && !isAsking && session.user !== undefined
  const label = isAsking ? texts.asking : labelOf(texts, units, own.length > 0)
  return (
    <div class="actions">
      {attempt?.kind === 'unknown' && <p role="alert">{texts.unknown}</p>}
      {attempt?.kind === 'refused' && <p role="alert">{attempt.message}</p>}
      {session.user === null ? (
        <button type="button" class="main" onClick={openSignIn}>
          {texts.signInFirst}
        </button>
      ) : (
        <button type="button" class="main" disabled={!canBuy} onClick={() => void purchases.buy(voucherId)}>
          {label}
        </button>
      )}
    </div>
  )
}

function labelOf(texts: Texts, liveUnits: number, hasBought: boolean): string {
  if (liveUnits > 0) return texts.buyAnother
  return hasBought ? texts.buyAgain : texts.buy
}
