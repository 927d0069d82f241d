import { Gauge, type Registry } from 'prom-client'
import type { LiveCampaign } from '../admin/live/live-campaigns.js'
import type { LiveSale } from '../admin/live/live-sale.js'

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number | null | undefined]

/** Units of a campaign by the ledger that has them: the gate and MySQL agree once nothing is under way. */
function units({ voucherId, gate, stock, sold, total }: LiveCampaign): readonly Sample[] {
  const voucher = String(voucherId)
  return [
    [{ voucher, ledger: 'campaign', state: 'total' }, total],
    [{ voucher, ledger: 'gate', state: 'left' }, gate?.stock],
    [{ voucher, ledger: 'gate', state: 'held' }, gate?.held],
    [{ voucher, ledger: 'mysql', state: 'left' }, stock],
    [{ voucher, ledger: 'mysql', state: 'sold' }, sold],
  ]
}

const gauges = [
  [
    'seckill_sale_units',
    'Units of a campaign by ledger and state',
    ['voucher', 'ledger', 'state'],
    ({ campaigns }) => campaigns.flatMap(units),
  ],
  [
    'seckill_sale_oversold_units',
    'Units sold beyond the total of a campaign: 0, or the sale is broken',
    ['voucher'],
    ({ campaigns }) => campaigns.map(({ voucherId, oversold }) => [{ voucher: String(voucherId) }, oversold]),
  ],
  [
    'seckill_sale_purchases',
    'Purchases of a campaign by state',
    ['voucher', 'state'],
    ({ campaigns }) =>
      campaigns.flatMap(({ voucherId, purchases }) =>
        Object.entries(purchases).map(([state, count]): Sample => [{ voucher: String(voucherId), state }, count]),
      ),
  ],
  [
    'seckill_sale_oldest_waiting_seconds',
    'Time since the admission of the oldest purchase without an order or an end',
    ['voucher'],
    ({ campaigns }) =>
      campaigns.map(({ voucherId, oldestWaitingMs }) => [
        { voucher: String(voucherId) },
        oldestWaitingMs === null ? 0 : oldestWaitingMs / 1_000,
      ]),
  ],
  [
    'seckill_saga_open_runs',
    'Open workflow runs by saga',
    ['saga'],
    ({ runs: { open } }) => [
      [{ saga: 'purchase' }, open?.purchase],
      [{ saga: 'refund' }, open?.refund],
    ],
  ],
  [
    'seckill_saga_parked_lanes',
    'Lanes of sagas that wait for an operator',
    [],
    ({ runs: { parked } }) => [[{}, parked?.lanes]],
  ],
  [
    'seckill_saga_silent_runs',
    'Open runs that did not say whether they have parked lanes',
    [],
    ({ runs: { parked } }) => [[{}, parked?.silentRuns]],
  ],
] as const satisfies readonly (readonly [string, string, readonly string[], (sale: LiveSale) => readonly Sample[]])[]

/** Adds the metrics of the sale as its ledgers have it; a figure that cannot be read is NaN. */
export function addSaleGauges(registry: Registry, current: () => Promise<LiveSale>): void {
  for (const [name, help, labelNames, samples] of gauges) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const sale = await current().catch(() => undefined)
        this.reset()
        if (labelNames.length === 0) this.set(Number.NaN)
        for (const [labels, value] of sale === undefined ? [] : samples(sale)) this.set(labels, value ?? Number.NaN)
      },
    })
  }
}
