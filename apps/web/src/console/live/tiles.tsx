import type { ComponentChildren } from 'preact'
import { hrefOf } from '../frame/route.js'
import { durationText } from '../frame/time.js'
import type { LiveCampaign, LiveSale, Percentiles } from './live-sale.js'
import { waitText } from './proof.js'

interface TileProps {
  readonly name: string
  readonly value: ComponentChildren
  readonly detail?: string
  readonly isAlarming?: boolean
}

function Tile({ name, value, detail, isAlarming = false }: TileProps) {
  return (
    <div class={isAlarming ? 'tile bad' : 'tile'}>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        {detail !== undefined && <span>{detail}</span>}
      </dd>
    </div>
  )
}

/** A purchase that waits longer than this for its order is alarming; in milliseconds. */
const longWaitMs = 30_000

/** The figures that an operator watches in a rush. */
export function Tiles({ sale, campaign }: { readonly sale: LiveSale; readonly campaign: LiveCampaign }) {
  const { runs, requestLatencyMs } = sale
  const { open, parked } = runs
  const waiting = campaign.gate?.waiting ?? null
  return (
    <dl class="tiles">
      <Tile
        name="Parked lanes"
        value={parked === null ? '–' : <a href={hrefOf('parked')}>{parked.lanes}</a>}
        detail={
          parked !== null && parked.silentRuns > 0 ? `${parked.silentRuns} runs do not answer` : 'of all campaigns'
        }
        isAlarming={(parked?.lanes ?? 0) > 0}
      />
      <Tile
        name="Open runs"
        value={open === null ? '–' : open.purchase}
        detail={open === null ? 'Temporal does not say' : `and ${open.refund} of refunds`}
      />
      <Tile name="Waiting for a run" value={waiting ?? '–'} detail="admissions at the gate" />
      <Tile
        name="Oldest waiting purchase"
        value={waitText(campaign)}
        detail="without an order or an end"
        isAlarming={(campaign.oldestWaitingMs ?? 0) > longWaitMs}
      />
      <Tile
        name="Answers in 99 %"
        value={msText(requestLatencyMs.p99)}
        detail={`50 %: ${msText(requestLatencyMs.p50)}`}
      />
      <Tile
        name="Orders in 99 %"
        value={msText(campaign.orderLatencyMs.p99)}
        detail={halfText(campaign.orderLatencyMs)}
      />
    </dl>
  )
}

function msText(ms: number | null): string {
  return ms === null ? '–' : durationText(ms)
}

function halfText({ p50 }: Percentiles): string {
  return `50 %: ${msText(p50)}`
}
