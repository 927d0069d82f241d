import { certificateLines } from '../output/certificate-lines.js'
import { counted, duration, figure } from '../output/numbers.js'
import type { DemoResult } from './demo-result.js'

/** The result of a demo as lines for a terminal. */
export function demoReport(result: DemoResult): string {
  const { requests, acceptLatencyMs, orderLatencyMs, runs, certificate } = result
  return [
    '',
    `  ${counted(result.orders, 'order')} for ${counted(result.stock, 'unit')}, ${counted(result.shoppers, 'shopper')}` +
      (result.seconds === null
        ? ''
        : `: ${duration(result.seconds * 1_000)}, ${figure(result.ordersPerSecond)} orders/s`),
    '',
    row(
      'requests',
      `accepted ${figure(requests.accepted)}`,
      `sold out ${figure(requests.soldOut)}`,
      ...others(requests),
    ),
    row('accepted in', `p50 ${duration(acceptLatencyMs.p50)}`, `p99 ${duration(acceptLatencyMs.p99)}`),
    row('order after', `p50 ${duration(orderLatencyMs.p50)}`, `p99 ${duration(orderLatencyMs.p99)}`),
    ...paymentRows(result.payments),
    row(
      'Temporal',
      counted(runs.workflows, 'workflow run'),
      counted(runs.lanes, 'purchase'),
      ...(result.mode.rabbitmq ? ['by RabbitMQ'] : []),
      ...(result.mode.split ? ['services apart'] : []),
    ),
    row('messages', `sent ${figure(result.notifications.sent)}`, `given up ${figure(result.notifications.dead)}`),
    row('harm', ...harm(result)),
    '',
    ...certificateLines(result.invariants),
    row('file', certificate.verified ? 'signed, verified' : 'NOT VERIFIED', certificate.file),
    '',
  ].join('\n')
}

function row(title: string, ...cells: readonly string[]): string {
  return `  ${title.padEnd(12)} ${cells.join('  ')}`
}

function paymentRows({ paid, expired, cancelled, refunded, capturedMinor, refundedMinor }: DemoResult['payments']) {
  return [
    row(
      'payments',
      ...Object.entries({ paid, expired, cancelled, refunded }).map(([name, n]) => `${name} ${figure(n)}`),
    ),
    row('money', `captured ${money(capturedMinor)}`, `refunded ${money(refundedMinor)}`),
  ]
}

function money(minor: number): string {
  return `${(minor / 100).toFixed(2)} CNY`
}

function others({ duplicate, rejected, failed }: DemoResult['requests']): readonly string[] {
  return [`repeated ${figure(duplicate)}`, `rejected ${figure(rejected)}`, `failed ${figure(failed)}`]
}

function harm({ oversold, duplicates, lost, leaked }: DemoResult): readonly string[] {
  return Object.entries({ oversold, duplicates, lost, leaked }).map(([name, units]) => `${name} ${figure(units)}`)
}
