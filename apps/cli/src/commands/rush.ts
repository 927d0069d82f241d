import type { Command } from 'commander'
import { interruptible } from '../output/interruption.js'
import { createLiveLine } from '../output/live-line.js'
import { counted, duration, figure } from '../output/numbers.js'
import { share, wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { defaultRate, type RushOptions, type RushReport, runRush } from '../rush/index.js'
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
  const line = createLiveLine()
  const target = targetOf(flags)
  const { shoppers, firstUser, duplicates, bad, connections, retries } = flags
  const rate = flags.rate ?? defaultRate(shoppers)
  const retry = retries === 0 ? {} : { retry: { attempts: retries, delayMs: retryDelayMs } }
  const report = await interruptible((signal) =>
    runRush(
      { ...target, ...retry, shoppers, firstUser, rate, duplicates, bad, connections, signal },
      {
        onSigned: (signed, of) => line.update(`tokens ${figure(signed)}/${figure(of)}`),
        onProgress: ({ sent, planned, answered }) =>
          line.update(`sent ${figure(sent)}/${figure(planned)}  answered ${figure(answered)}`),
      },
    ),
  )
  line.end()
  if (report.results.failed > 0) process.exitCode = 1
  const { traceIds, ...figures } = report
  printResult(flags.json, { voucherId: target.voucherId, ...figures }, () => rushReport(report))
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

function rushReport({
  results,
  sent,
  seconds,
  late,
  retried,
  latencyMs,
  acceptLatencyMs,
  failures,
}: RushReport): string {
  const { p50, p99, max } = latencyMs
  return [
    `${counted(sent, 'request')} in ${figure(seconds)} s, ${figure(Math.round(sent / seconds))}/s, ${figure(late)} left late`,
    `accepted ${figure(results.accepted)}  sold out ${figure(results.soldOut)}  repeated ${figure(results.duplicate)}` +
      `  rejected ${figure(results.rejected)}  failed ${figure(results.failed)}  sent again ${figure(retried)}`,
    `any answer after  p50 ${duration(p50)}  p99 ${duration(p99)}  max ${duration(max)}`,
    `accepted after    p50 ${duration(acceptLatencyMs.p50)}  p99 ${duration(acceptLatencyMs.p99)}`,
    ...Object.entries(failures).map(([what, count]) => `failed ${count} times: ${what}`),
  ].join('\n')
}
