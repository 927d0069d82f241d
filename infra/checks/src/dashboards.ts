import { type Dashboard, DashboardBuilder, DatasourceVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

/** A panel: its title, Grafana's unit, and each expression with its legend. */
type Panel = readonly [title: string, unit: string, ...queries: readonly (readonly [expr: string, legend: string])[]]

const sale: readonly Panel[] = [
  ['Purchase requests by result', 'reqps', ['seckill:purchase_requests:rate1m', '{{result}}']],
  [
    'Time to answer',
    's',
    ['seckill:purchase_request_seconds:p50_5m', 'half'],
    ['seckill:purchase_request_seconds:p99_5m', '99 of 100'],
  ],
  ['Admissions that wait in the gate', 'short', ['seckill:admissions_waiting:max', 'voucher {{voucher}}']],
  ['Requests without a decision', 'percentunit', ['seckill:purchase_requests_failed:ratio5m', 'failed']],
  ['Sold-out answers from memory', 'percentunit', ['seckill:sold_out_memory:hit_ratio5m', 'hit ratio']],
  ['Units by ledger', 'short', ['seckill:sale_units:max', 'voucher {{voucher}}, {{ledger}}: {{state}}']],
  [
    'Oldest purchase without an order',
    's',
    ['max by (voucher) (seckill_sale_oldest_waiting_seconds)', 'voucher {{voucher}}'],
  ],
  ['Orders paid', 'ops', ['seckill:payment_captures:rate1m', 'captures']],
]

const sagas: readonly Panel[] = [
  ['Starts of runs', 'ops', ['sum by (outcome) (rate(seckill_dispatch_starts_total[1m]))', '{{outcome}}']],
  [
    'Lanes a run',
    'short',
    ['sum(increase(seckill_dispatch_lanes_sum[5m])) / sum(increase(seckill_dispatch_lanes_count[5m]))', 'mean'],
  ],
  ['Open runs', 'short', ['max by (saga) (seckill_saga_open_runs)', '{{saga}}']],
  ['Parked lanes', 'short', ['seckill:saga_parked_lanes:max', 'lanes']],
  [
    'Wait of a workflow task for a worker, 95 of 100',
    's',
    ['seckill:workflow_task_schedule_to_start_seconds:p95_1m', '{{task_queue}}'],
  ],
  ['Runs in memory of workers', 'short', ['sum by (task_queue) (seckill_worker_cached_runs)', '{{task_queue}}']],
  ['Open activities', 'short', ['sum by (task_queue) (seckill_worker_open_activities)', '{{task_queue}}']],
  ['Dispatch rounds that failed', 'ops', ['sum(rate(seckill_dispatch_rounds_failed_total[1m]))', 'rounds']],
  ['Circuit to the payment provider', 'short', ['max by (state) (seckill_payment_circuit)', '{{state}}']],
  [
    'Messages to buyers',
    'ops',
    ['sum by (channel, result) (rate(seckill_notification_attempts_total[1m]))', '{{channel}} {{result}}'],
  ],
  ['Age of the oldest message that is due', 's', ['seckill:notification_due_age_seconds:max', '{{waits_for}}']],
]

const systems: readonly Panel[] = [
  ['Processes that answer', 'short', ['sum by (job) (up{job=~"seckill-.+"})', '{{job}}']],
  ['CPU', 'percentunit', ['sum by (job, instance) (rate(process_cpu_seconds_total[1m]))', '{{job}} {{instance}}']],
  ['Memory', 'bytes', ['process_resident_memory_bytes', '{{job}} {{instance}}']],
  [
    'Connections to MySQL',
    'short',
    ['seckill_database_pool_used', '{{job}} {{pool}}: used'],
    ['seckill_database_pool_waiting', '{{job}} {{pool}}: waiting'],
  ],
  ['Connections to Redis', 'short', ['max(seckill_redis_connected_clients)', 'connections']],
  ['Memory of Redis', 'bytes', ['max(seckill_redis_memory_used_bytes)', 'used']],
  [
    'Keys that Redis had',
    'percentunit',
    [
      'max(rate(seckill_redis_keyspace_hits[1m])) / max(rate(seckill_redis_keyspace_hits[1m]) + rate(seckill_redis_keyspace_misses[1m]))',
      'hit ratio',
    ],
  ],
  ['Event loop, 99 of 100', 's', ['nodejs_eventloop_lag_p99_seconds', '{{job}} {{instance}}']],
]

const panels = { sale, sagas, systems } as const

export type DashboardName = keyof typeof panels

/** Every expression that a panel asks Prometheus for. */
export const dashboardExpressions: readonly string[] = Object.values(panels).flatMap((all) =>
  all.flatMap(([, , ...queries]) => queries.map(([expr]) => expr)),
)

/** A dashboard of Grafana, which asks for its Prometheus when it is opened. */
export function dashboard(name: DashboardName): Dashboard {
  const builder = new DashboardBuilder(`Seckill: ${name}`)
    .uid(`seckill-${name}`)
    .tags(['seckill'])
    .refresh('5s')
    .time({ from: 'now-30m', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('prometheus').type('prometheus'))
  for (const [title, unit, ...queries] of panels[name]) {
    const panel = new PanelBuilder().title(title).unit(unit).datasource({ type: 'prometheus', uid: '$prometheus' })
    for (const [expr, legend] of queries) panel.withTarget(new DataqueryBuilder().expr(expr).legendFormat(legend))
    builder.withPanel(panel)
  }
  return builder.build()
}
