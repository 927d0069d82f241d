import type { Command } from 'commander'
import { type Certificate, certificate as certificateOf } from 'seckill-store/invariants'
import { certificateLines } from '../output/certificate-lines.js'
import { duration, figure } from '../output/numbers.js'
import { wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { countRunsAtRest } from '../sale/count-runs-at-rest.js'
import { withSources } from '../sale/find-sources.js'
import { addFileCommands } from './certificate-files.js'
import { addKeyCommands } from './certificate-keys.js'
import { addReceiptCommand } from './certificate-receipts.js'

/** Trace ids of lost purchases on the screen. */
const mostNamed = 10

interface Flags {
  readonly voucher: number
  readonly name: string
  readonly json?: boolean
}

/** Adds `seckill certificate`. */
export function register(program: Command): void {
  const command = program
    .command('certificate')
    .description('count a sale and check every invariant; export, prove and verify signed certificates')
  command
    .command('count', { isDefault: true })
    .description('count a sale in Redis, MySQL and Temporal and check every invariant; also without the word count')
    .requiredOption('--voucher <id>', 'voucher of the sale', wholeNumber(1))
    .option(...stackOption)
    .option(...jsonOption)
    .addHelpText('after', '\nExit code 1 when an invariant does not hold or is unknown.\n')
    .action(certificate)
  addFileCommands(command)
  addReceiptCommand(command)
  addKeyCommands(command)
}

async function certificate({ voucher: voucherId, name, json }: Flags): Promise<void> {
  const certified = await withSources(name, async (sources) => {
    const runs = await countRunsAtRest(sources, voucherId)
    return certificateOf({ db: sources.db, gate: sources.gate, voucherId, runs })
  })
  if (!certified.invariants.ok) process.exitCode = 1
  printResult(json, certified, () => certificateReport(certified))
}

/** The lost purchases by name; `--json` has up to a thousand. */
function lostLines({ lost, lostTraceIds }: Certificate): readonly string[] {
  if (lost === 0) return []
  const named = lostTraceIds.slice(0, mostNamed)
  const unnamed = lost - lostTraceIds.length
  const rest = [
    ...(lostTraceIds.length > mostNamed ? [`${figure(lostTraceIds.length - mostNamed)} more with --json`] : []),
    ...(unnamed > 0 ? [`${figure(unnamed)} whose trace ids no server knows`] : []),
  ]
  return [`  lost ${figure(lost)}: ${[...named, ...rest].join(', ')}`]
}

function certificateReport(certified: Certificate): string {
  const { requests, orderLatencyMs, runs } = certified
  return [
    `  Voucher ${certified.voucherId}: ${figure(certified.orders)} orders for ${figure(certified.stock)} units, ${figure(certified.refused)} refused`,
    `  accepted ${figure(requests.accepted)}  sold out ${figure(requests.soldOut)}  repeated ${figure(requests.duplicate)}` +
      `  rejected ${figure(requests.rejected)}  failed ${figure(requests.failed)}`,
    `  order after p50 ${duration(orderLatencyMs.p50)} p99 ${duration(orderLatencyMs.p99)}, ${figure(runs?.workflows ?? 0)} runs`,
    ...lostLines(certified),
    ...certificateLines(certified.invariants),
  ].join('\n')
}
