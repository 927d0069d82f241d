import type { Command } from 'commander'
import { type Certificate, certificate as certificateOf } from 'seckill-store/invariants'
import { certificateLines } from '../output/certificate-lines.js'
import { duration, figure } from '../output/numbers.js'
import { wholeNumber } from '../output/option-values.js'
import { jsonOption, printResult } from '../output/result.js'
import { countRunsAtRest } from '../sale/count-runs-at-rest.js'
import { withSources } from '../sale/find-sources.js'

interface Flags {
  readonly voucher: number
  readonly name: string
  readonly json?: boolean
}

/** Adds `seckill certificate`. */
export function register(program: Command): void {
  program
    .command('certificate')
    .description('count a sale in Redis, MySQL and Temporal and check every invariant')
    .requiredOption('--voucher <id>', 'voucher of the sale', wholeNumber(1))
    .option('--name <stack>', 'stack the sale is on', 'demo')
    .option(...jsonOption)
    .addHelpText('after', '\nExit code 1 when an invariant does not hold.\n')
    .action(certificate)
}

async function certificate({ voucher: voucherId, name, json }: Flags): Promise<void> {
  const certified = await withSources(name, async ({ db, gate, temporal }) => {
    const lanes = (await gate.audit(voucherId))?.seq ?? 0
    return certificateOf({ db, gate, voucherId, runs: await countRunsAtRest(temporal, voucherId, lanes) })
  })
  if (!certified.invariants.ok) process.exitCode = 1
  printResult(json, certified, () => certificateReport(certified))
}

function certificateReport(certified: Certificate): string {
  const { requests, orderLatencyMs, runs } = certified
  return [
    `  Voucher ${certified.voucherId}: ${figure(certified.orders)} orders for ${figure(certified.stock)} units, ${figure(certified.refused)} refused`,
    `  accepted ${figure(requests.accepted)}  sold out ${figure(requests.soldOut)}  repeated ${figure(requests.duplicate)}` +
      `  rejected ${figure(requests.rejected)}  failed ${figure(requests.failed)}`,
    `  order after p50 ${duration(orderLatencyMs.p50)} p99 ${duration(orderLatencyMs.p99)}, ${figure(runs?.workflows ?? 0)} runs`,
    ...certificateLines(certified.invariants),
  ].join('\n')
}
