import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { interruptible } from '../output/interruption.js'
import { latencyBars } from '../output/latency-bars.js'
import { createLiveLine } from '../output/live-line.js'
import { counted, duration, figure } from '../output/numbers.js'
import { share, wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { defaultRate, type RushOptions, type RushReport, runRush } from '../rush/index.js'
import { type RemainingWatch, watchRemaining } from '../rush/watch-remaining.js'
import { rushPage } from '../rush-report/page.js'
import { type RushRecord, readRushRecord } from '../rush-report/record.js'
import { recordOf, saleOutcome, shapeOf } from '../rush-report/record-rush.js'
import { findSale } from '../sale/sale-record.js'

interface Flags {
  readonly voucher?: number
  readonly shoppers: number
  readonly firstUser: number
  readonly rate?: number
  readonly duplicates: number
  readonly bad: number
  readonly connections: number
  readonly retries: number
  readonly name: string
  readonly api?: string
  readonly secret?: string
  readonly report?: string
  readonly baseline?: string
  readonly json?: boolean
}

const retryDelayMs = 250

/** Adds `seckill rush`. */
export function register(program: Command): void {
  program
    .command('rush')
    .description('let shoppers rush a voucher of a running sale: each at its moment, however slow the answers are')
    .option('--voucher <id>', 'voucher to buy (default: the one the demo sells)', wholeNumber(1))
    .option('--shoppers <n>', 'distinct users who ask', wholeNumber(1, 1_000_000), 10_000)
    .option('--first-user <id>', 'the first user; the others follow it', wholeNumber(1), 1)
    .option('--rate <n>', 'requests a second (default: all within a few seconds)', wholeNumber(1, 100_000))
    .option('--duplicates <share>', 'share of shoppers who ask twice', share, 0.02)
    .option('--bad <share>', 'bad requests, as a share of shoppers', share, 0.01)
    .option('--connections <n>', 'connections of the shoppers together', wholeNumber(1, 10_000), 256)
    .option('--retries <n>', 'send again after an error, with the same Idempotency-Key', wholeNumber(0, 1_000), 0)
    .option(...stackOption)
    .option('--api <url>', 'API of a sale elsewhere')
    .option('--secret <secret>', "secret of that sale's tokens (AUTH_LOCAL_SECRET)")
    .option('--report <file>', 'write an HTML report: latencies, timeline, the sale and its invariants')
    .option('--baseline <file>', 'compare the report with one of an earlier rush')
    .option(...jsonOption)
    .addHelpText(
      'after',
      `
Latencies are measured from the intended moment of a request. Users who do not exist are refused after the gate:
a demo makes users 1 to its number of shoppers. Exit code 1 when a request failed.`,
    )
    .action(rush)
}

async function rush(flags: Flags): Promise<void> {
  const baseline = await readBaseline(flags)
  const options = optionsOf(flags)
  const report = await interruptible(async (signal) => {
    if (flags.report === undefined) return send({ ...options, signal })
    const record = await sendAndRecord(flags, { ...options, signal })
    await writeFile(flags.report, rushPage(record.record, baseline))
    return record.report
  })
  if (report.results.failed > 0) process.exitCode = 1
  const { traceIds, distributions, timeline, acceptLatencies, ...figures } = report
  const written = flags.report === undefined ? {} : { report: flags.report }
  printResult(flags.json, { voucherId: options.voucherId, ...figures, ...written }, () =>
    rushReport(report, flags.report),
  )
}

function optionsOf(flags: Flags): RushOptions {
  const { shoppers, firstUser, duplicates, bad, connections, retries } = flags
  const retry = retries === 0 ? {} : { retry: { attempts: retries, delayMs: retryDelayMs } }
  const rate = flags.rate ?? defaultRate(shoppers)
  return { ...targetOf(flags), ...retry, shoppers, firstUser, rate, duplicates, bad, connections }
}

/** Reads the baseline before the rush: a wrong name is told before the wait. */
async function readBaseline({ report, baseline }: Flags): Promise<RushRecord | undefined> {
  if (baseline === undefined) return undefined
  if (report === undefined) throw new Error('A --baseline is compared in a report: name its file with --report.')
  return readRushRecord(baseline)
}

async function send(options: RushOptions, onStart?: () => void): Promise<RushReport> {
  const line = createLiveLine()
  try {
    return await runRush(options, {
      ...(onStart && { onStart }),
      onSigned: (signed, of) => line.update(`tokens ${figure(signed)}/${figure(of)}`),
      onProgress: ({ sent, planned, answered, results }) =>
        line.update(
          `sent ${figure(sent)}/${figure(planned)}  answered ${figure(answered)}  accepted ${figure(results.accepted)}` +
            `  sold out ${figure(results.soldOut)}  failed ${figure(results.failed)}`,
        ),
    })
  } finally {
    line.end()
  }
}

async function sendAndRecord(
  flags: Flags,
  options: RushOptions & { readonly signal: AbortSignal },
): Promise<{ readonly report: RushReport; readonly record: RushRecord }> {
  const { apiUrl, voucherId, signal } = options
  const startedAt = new Date()
  let watch: RemainingWatch | undefined
  const report = await send(options, () => {
    watch = watchRemaining(apiUrl, voucherId)
  }).finally(() => watch?.end())
  const sale = flags.api === undefined ? await saleOutcome(flags.name, voucherId, signal) : null
  return {
    report,
    record: recordOf({ startedAt, shape: shapeOf(options), report, remaining: (await watch?.end()) ?? [], sale }),
  }
}

function targetOf(flags: Flags): Pick<RushOptions, 'apiUrl' | 'secret' | 'voucherId'> {
  if (flags.api === undefined && flags.secret === undefined) {
    const sale = findSale(flags.name)
    return { apiUrl: sale.apiUrl, secret: sale.secret, voucherId: flags.voucher ?? sale.voucherId }
  }
  const { api, secret, voucher } = flags
  if (api !== undefined && secret !== undefined && voucher !== undefined) {
    return { apiUrl: api, secret, voucherId: voucher }
  }
  throw new Error('A sale elsewhere is named by --api, --secret and --voucher together: give all three.')
}

function rushReport(
  { results, sent, seconds, late, retried, latencyMs, acceptLatencyMs, failures, retries, acceptLatencies }: RushReport,
  file?: string,
): string {
  const { p50, p99, max } = latencyMs
  return [
    `${counted(sent, 'request')} in ${figure(seconds)} s, ${figure(Math.round(sent / seconds))}/s, ${figure(late)} left late`,
    `accepted ${figure(results.accepted)}  sold out ${figure(results.soldOut)}  repeated ${figure(results.duplicate)}` +
      `  rejected ${figure(results.rejected)}  failed ${figure(results.failed)}  sent again ${figure(retried)}`,
    `any answer after  p50 ${duration(p50)}  p99 ${duration(p99)}  max ${duration(max)}`,
    `accepted after    p50 ${duration(acceptLatencyMs.p50)}  p99 ${duration(acceptLatencyMs.p99)}`,
    ...latencyBars(acceptLatencies).map((bar) => `  ${bar}`),
    ...Object.entries(retries).map(([what, count]) => `sent again ${count} times: ${what}`),
    ...Object.entries(failures).map(([what, count]) => `failed ${count} times: ${what}`),
    ...(file === undefined ? [] : [`report            ${file}`]),
  ].join('\n')
}
