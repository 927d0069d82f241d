import { durationText } from '../frame/time.js'
import type { LiveCampaign } from './live-sale.js'

/** The proof that nothing is oversold: what the gate, MySQL and the orders have, beside the total. */
export function Proof({ campaign }: { readonly campaign: LiveCampaign }) {
  const { gate, total, sold, oversold, stock } = campaign
  const accounted = gate === null ? null : gate.stock + gate.held
  return (
    <div class={`proof ${oversold > 0 ? 'bad' : 'good'}`}>
      <p class="verdict">{oversold > 0 ? `${oversold} units oversold` : 'Nothing is oversold'}</p>
      <dl>
        <Sum name="Orders" value={sold} detail={`of ${total} units are sold`} />
        <Sum name="MySQL" value={stock} detail="units are left in stock" />
        {gate === null || accounted === null ? (
          <Sum name="Gate" value="–" detail={gateless(campaign)} />
        ) : (
          <Sum
            name="Gate"
            value={gate.stock}
            detail={`free + ${gate.held} held = ${accounted}${accounted === total ? '' : `, not ${total}`}`}
          />
        )}
      </dl>
    </div>
  )
}

function gateless({ state }: LiveCampaign): string {
  if (state === 'DRAFT') return 'does not have a draft'
  return state === 'SETTLED' ? 'has forgotten a settled sale' : 'cannot be read'
}

interface SumProps {
  readonly name: string
  readonly value: number | string
  readonly detail: string
}

function Sum({ name, value, detail }: SumProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong> {detail}
      </dd>
    </div>
  )
}

/** How long the oldest purchase has been waiting for its order. */
export function waitText({ oldestWaitingMs }: LiveCampaign): string {
  return oldestWaitingMs === null ? 'none' : durationText(oldestWaitingMs)
}
