import type { ComponentChildren } from 'preact'
import { duration, figure } from '../output/numbers.js'
import { rushResults } from '../rush/index.js'
import type { RushRecord, SaleOutcome } from './record.js'
import { resultNames } from './result-names.js'

/** A table with its heading; the first column names its rows. */
function Table({
  head,
  rows,
}: {
  readonly head: readonly string[]
  readonly rows: readonly (readonly ComponentChildren[])[]
}) {
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            {head.map((name, column) => (
              <th key={name} class={column === 0 ? undefined : 'number'}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column} class={column === 0 ? undefined : 'number'}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The percentiles of the distributions of a rush. */
export function Latencies({ record }: { readonly record: RushRecord }) {
  const shares = [0.5, 0.9, 0.99, 0.999, 1]
  const { accepted, all, fromSending } = record.distributions
  const row = (name: string, distribution: typeof all) => [
    name,
    ...shares.map((share) => duration(distribution.find(([at]) => at === share)?.[1] ?? null)),
  ]
  return (
    <Table
      head={['', 'p50', 'p90', 'p99', 'p99.9', 'longest']}
      rows={[
        row('accepted, from the intended moment', accepted),
        row('any answer, from the intended moment', all),
        row('any answer, from its sending', fromSending),
      ]}
    />
  )
}

/** The answers of a rush by their result. */
export function Results({ record }: { readonly record: RushRecord }) {
  const { results, sent } = record
  const rows = rushResults.map((result) => [
    resultNames[result],
    figure(results[result]),
    sent === 0 ? '–' : `${figure((100 * results[result]) / sent)} %`,
  ])
  return <Table head={['answer', 'requests', 'share']} rows={rows} />
}

/** The purchases of the accepted requests, by the state in which their sagas left them. */
export function Outcomes({ sale }: { readonly sale: SaleOutcome }) {
  const rows = Object.entries(sale.purchases).map(([state, count]) => [state, figure(count)])
  return <Table head={['purchase', 'count']} rows={rows} />
}

/** The invariants of the sale, with the evidence for each. */
export function Checks({ sale }: { readonly sale: SaleOutcome }) {
  const mark = { true: '✔', false: '✘ BROKEN', null: '? unknown' } as const
  return (
    <div class="wide">
      <table>
        <tbody>
          {sale.checks.map(({ name, ok, detail }) => (
            <tr key={name}>
              <td class={ok === true ? 'good' : 'bad'}>{mark[`${ok}`]}</td>
              <td>{name}</td>
              <td class="dim">{detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** This rush beside an earlier one; a ratio above 1 is more than then. */
export function Comparison({ record, baseline }: { readonly record: RushRecord; readonly baseline: RushRecord }) {
  const rows = compared.map(([name, read, text]) => {
    const [now, then] = [read(record), read(baseline)]
    return [
      name,
      text(now),
      text(then),
      now === null || then === null || then === 0 ? '–' : `${(now / then).toFixed(2)}×`,
    ]
  })
  return <Table head={['', 'this rush', 'baseline', 'ratio']} rows={rows} />
}

type Compared = readonly [name: string, (of: RushRecord) => number | null, (value: number | null) => string]

const compared: readonly Compared[] = [
  ['requests a second', ({ sent, seconds }) => sent / seconds, figure],
  ['accepted', ({ results }) => results.accepted, figure],
  ['failed', ({ results }) => results.failed, figure],
  ['left late', ({ late }) => late, figure],
  ['accepted, p50', ({ acceptLatencyMs }) => acceptLatencyMs.p50, duration],
  ['accepted, p99', ({ acceptLatencyMs }) => acceptLatencyMs.p99, duration],
  ['any answer, p50', ({ latencyMs }) => latencyMs.p50, duration],
  ['any answer, p99', ({ latencyMs }) => latencyMs.p99, duration],
  ['any answer, longest', ({ latencyMs }) => latencyMs.max, duration],
  ['order made, p99', ({ sale }) => sale?.orderLatencyMs.p99 ?? null, duration],
]

/** The differences in shape or machine that make a comparison unfair. */
export function differencesOf(record: RushRecord, baseline: RushRecord): readonly string[] {
  const facts = (of: RushRecord) => {
    const { voucherId: _, ...shape } = of.shape
    const { cpu, cores, node } = of.environment
    return { ...shape, cpu, cores, node } as Readonly<Record<string, string | number>>
  }
  const [now, then] = [facts(record), facts(baseline)]
  return Object.keys(now).flatMap((name) =>
    now[name] === then[name] ? [] : [`${name} is ${now[name]}, was ${then[name]}`],
  )
}
