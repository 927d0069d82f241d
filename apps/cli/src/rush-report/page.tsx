import type { ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { counted, duration, figure } from '../output/numbers.js'
import { LatencyChart } from './latency-chart.js'
import { type RushRecord, recordElementId, recordText } from './record.js'
import { style } from './style.js'
import { Checks, Comparison, differencesOf, Latencies, Outcomes, Results } from './tables.js'
import { AnswersChart, StockChart } from './timeline-charts.js'

/** The report of a rush: one HTML file without a script, which needs no network; `baseline` is compared with it. */
export function rushPage(record: RushRecord, baseline?: RushRecord): string {
  return `<!doctype html>\n${renderToString(<Page record={record} baseline={baseline} />)}\n`
}

interface PageProps {
  readonly record: RushRecord
  readonly baseline: RushRecord | undefined
}

function Page({ record, baseline }: PageProps) {
  const title = `Rush of ${figure(record.shape.shoppers)} shoppers`
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>{title}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <h1>{title}</h1>
        <p class="dim">
          {figure(record.sent)} requests in {duration(record.seconds * 1_000)}, {record.startedAt}
        </p>
        <Verdict record={record} />
        <Tiles record={record} />
        {baseline === undefined ? null : <Baseline record={record} baseline={baseline} />}
        <LatencySection record={record} baseline={baseline} />
        <AnswersSection record={record} />
        <SaleSection record={record} />
        <Surroundings record={record} />
        <script type="application/json" id={recordElementId} dangerouslySetInnerHTML={{ __html: recordText(record) }} />
      </body>
    </html>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** The one sentence that a reader looks for first. */
function Verdict({ record: { sale, results } }: { readonly record: RushRecord }) {
  if (results.failed > 0) return <p class="bad">{figure(results.failed)} requests failed.</p>
  if (sale === null) return <p>No request failed. The sale itself was not counted: only its API could be reached.</p>
  const broken = sale.checks.filter(({ ok }) => ok !== true)
  if (broken.length > 0) return <p class="bad">{counted(broken.length, 'invariant')} not held; see below.</p>
  return (
    <p class="good">
      No request failed, nothing was oversold, and all {sale.checks.length} invariants hold in Redis, MySQL and
      Temporal.
    </p>
  )
}

function Tiles({ record: { sale, ...record } }: { readonly record: RushRecord }) {
  const tiles: readonly (readonly [string, string])[] = [
    ['requests a second', figure(Math.round(record.sent / record.seconds))],
    ['accepted', figure(record.results.accepted)],
    ['accepted within, p50', duration(record.acceptLatencyMs.p50)],
    ['accepted within, p99', duration(record.acceptLatencyMs.p99)],
    ...(sale === null
      ? []
      : ([
          ['orders', figure(sale.orders)],
          ['order made within, p99', duration(sale.orderLatencyMs.p99)],
          ['oversold', figure(sale.oversold)],
          ['lost', figure(sale.lost)],
        ] as const)),
  ]
  return (
    <ul class="tiles">
      {tiles.map(([name, value]) => (
        <li key={name}>
          <b>{value}</b>
          <span class="dim">{name}</span>
        </li>
      ))}
    </ul>
  )
}

function Baseline({ record, baseline }: { readonly record: RushRecord; readonly baseline: RushRecord }) {
  const differences = differencesOf(record, baseline)
  return (
    <Section title="Beside the baseline">
      <p class="dim">The baseline is of {baseline.startedAt}.</p>
      {differences.length === 0 ? null : <p class="bad">Not like for like: {differences.join('; ')}.</p>}
      <Comparison record={record} baseline={baseline} />
    </Section>
  )
}

function LatencySection({ record, baseline }: PageProps) {
  return (
    <Section title="Latency">
      <p class="dim">
        Each request has an intended moment, and is sent then, however slow the answers are. Its latency counts from
        that moment, so that a stall of the server counts for every request that it held up. {figure(record.late)}{' '}
        requests left more than 10 ms late.
      </p>
      <LatencyChart record={record} baseline={baseline} />
      <Latencies record={record} />
    </Section>
  )
}

function AnswersSection({ record }: { readonly record: RushRecord }) {
  return (
    <Section title="Answers">
      <AnswersChart record={record} />
      {record.remaining.length < 2 ? null : <StockChart record={record} />}
      <Results record={record} />
    </Section>
  )
}

function SaleSection({ record: { sale } }: { readonly record: RushRecord }) {
  if (sale === null) return null
  const { runs, stock } = sale
  return (
    <Section title="The sale">
      <p>
        {figure(runs.lanes)} purchases ran as lanes of {figure(runs.workflows)} workflow runs, for {figure(stock)}{' '}
        units.
      </p>
      <Outcomes sale={sale} />
      <h2>Invariants</h2>
      <Checks sale={sale} />
    </Section>
  )
}

function Surroundings({ record: { environment, command, shape } }: { readonly record: RushRecord }) {
  const { cpu, cores, memoryGiB, system, node } = environment
  return (
    <Section title="Surroundings">
      <p>
        {cpu}, {cores} cores, {figure(memoryGiB)} GiB; {system}; Node {node}. The shoppers and the sale may share this
        machine.
      </p>
      <p>
        Voucher {shape.voucherId}: {figure(shape.shoppers)} shoppers at {figure(shape.rate)} requests a second on{' '}
        {figure(shape.connections)} connections, {figure(shape.duplicates * 100)} % ask twice, {figure(shape.bad * 100)}{' '}
        % bad requests.
      </p>
      <p>
        <code>{command}</code>
      </p>
    </Section>
  )
}
