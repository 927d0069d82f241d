import { useMemo, useState } from 'preact/hooks'
import { Sheet, State, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { campaignColumns, type History, latencyColumns, rateColumns } from './history.js'
import { type LiveCampaign, type RequestResult, requestResults } from './live-sale.js'
import { type Line, Plot } from './plot.js'
import { Proof } from './proof.js'
import { Tiles } from './tiles.js'
import { useLive } from './use-live.js'

const results = Object.keys(requestResults) as RequestResult[]
const dashes = [undefined, [6, 3], [2, 3], [10, 4, 2, 4], [1, 4]] as const
const colors = ['--line-1', '--line-2', '--line-3', '--line-4', '--line-5'] as const

function linesOf(labels: readonly string[]): readonly Line[] {
  return labels.map((label, at) => {
    const dash = dashes[at]
    return { label, color: colors[at] ?? colors[0], ...(dash && { dash }) }
  })
}

const rateLines = linesOf(Object.values(requestResults))
const stockLines = linesOf(['gate stock', 'MySQL stock', 'sold'])
const latencyLines = linesOf(['50 %', '95 %', '99 %'])

/** The sale as it goes, an update a second. */
export function LivePage() {
  const { history, trouble } = useLive()
  const [chosen, setChosen] = useState<number>()
  const sale = history.at(-1)
  const campaigns = sale?.campaigns ?? []
  const campaign = campaigns.find(({ voucherId }) => voucherId === chosen) ?? busiest(campaigns)
  return (
    <Sheet title="Live">
      {trouble !== undefined && <p role="alert">{trouble}</p>}
      {sale === undefined && trouble === undefined && <p class="note">Waiting for the first update…</p>}
      {sale !== undefined && campaign === undefined && (
        <p>
          There is no campaign yet. <a href={hrefOf('campaigns')}>Create the first one.</a>
        </p>
      )}
      {sale !== undefined && campaign !== undefined && (
        <>
          <label class="choose">
            Campaign
            <select value={campaign.voucherId} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
              {campaigns.map(({ voucherId, title, state }) => (
                <option key={voucherId} value={voucherId}>
                  {voucherId} · {title} · {state.toLowerCase()}
                </option>
              ))}
            </select>
          </label>
          <Proof campaign={campaign} />
          <Tiles sale={sale} campaign={campaign} />
          <Plots history={history} voucherId={campaign.voucherId} />
          <Counts campaign={campaign} />
        </>
      )}
    </Sheet>
  )
}

/** The campaign that is shown first: an open one, else the latest. */
function busiest(campaigns: readonly LiveCampaign[]): LiveCampaign | undefined {
  return campaigns.find(({ state }) => state === 'OPEN') ?? campaigns[0]
}

function Plots({ history, voucherId }: { readonly history: History; readonly voucherId: number }) {
  const rates = useMemo(() => rateColumns(history, voucherId, results), [history, voucherId])
  const stocks = useMemo(() => {
    return campaignColumns(history, voucherId, [
      ({ gate }) => gate?.stock ?? null,
      ({ stock }) => stock,
      ({ sold }) => sold,
    ])
  }, [history, voucherId])
  const latencies = useMemo(() => latencyColumns(history), [history])
  return (
    <div class="plots">
      <Plot title="Requests a second" unit="" lines={rateLines} columns={rates} />
      <Plot title="Units" unit="" lines={stockLines} columns={stocks} />
      <Plot title="Time to the answer" unit=" ms" lines={latencyLines} columns={latencies} />
    </div>
  )
}

function Counts({ campaign: { requests, orders, purchases } }: { readonly campaign: LiveCampaign }) {
  return (
    <div class="plots">
      <div class="card">
        <h2>Requests</h2>
        <Table
          label="Requests by result"
          heads={['Answer', 'Requests']}
          none="No request yet."
          rows={results.map((result) => ({ key: result, cells: [requestResults[result], requests[result]] }))}
        />
      </div>
      <div class="card">
        <h2>Orders</h2>
        <Table
          label="Orders by state"
          heads={['State', 'Orders', 'Units']}
          none="No order yet."
          rows={Object.entries(orders).map(([state, sum]) => {
            return { key: state, cells: [<State key={state} state={state} />, sum.orders, sum.units] }
          })}
        />
      </div>
      <div class="card">
        <h2>Purchases</h2>
        <Table
          label="Purchases by state"
          heads={['State', 'Purchases']}
          none="No run has taken a purchase yet."
          rows={Object.entries(purchases).map(([state, count]) => {
            return { key: state, cells: [<State key={state} state={state} />, count] }
          })}
        />
      </div>
    </div>
  )
}
