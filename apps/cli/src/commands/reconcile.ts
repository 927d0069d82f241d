import type { Command } from 'commander'
import { searchAudit } from 'seckill-store/mysql'
import { reconcileWorkflow } from 'seckill-workflows'
import { createLiveLine } from '../output/live-line.js'
import { wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { systemUser } from '../output/system-user.js'
import { openDifferences, reconcileReport } from '../reconcile/reconcile-report.js'
import { runReconcile } from '../reconcile/run-reconcile.js'
import { withSources } from '../sale/find-sources.js'

interface Flags {
  readonly name: string
  readonly json?: boolean
}

interface ReconcileFlags extends Flags {
  readonly fix?: boolean
  readonly actor?: string
  readonly grace: number
  readonly hours: number
}

type Logged = Pick<Awaited<ReturnType<typeof searchAudit>>[number], 'at' | 'actor' | 'action' | 'subject' | 'reason'>

interface LogFlags extends Flags {
  readonly last: number
}

const hourMs = 3_600_000

/** Adds `seckill reconcile`. */
export function register(program: Command): void {
  const command = program.command('reconcile').description('compare gate, MySQL, Temporal and the payment provider')
  command
    .command('run', { isDefault: true })
    .description('find what differs, and with --fix repair what is safe to repair; also without the word run')
    .option('--fix', 'repair: each reservation, run and payment by itself')
    .option('--grace <seconds>', 'time between the two readings that must agree', wholeNumber(1), 10)
    .option('--hours <number>', "age of the provider's payments that are compared", wholeNumber(1), 24)
    .option('--actor <name>', 'operator, kept with each repair (default: the user of this system)')
    .option(...stackOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      `
A worker must run: it compares. Without --fix nothing is changed. Workers reconcile by themselves every minute.
Exit code 1 when something differs or could not be compared; with --fix, when something is left.`,
    )
    .action(reconcile)
  command
    .command('log')
    .description('the last repairs: when, by whom, of what, and what was seen')
    .option('--last <number>', 'repairs to show', wholeNumber(1), 50)
    .option(...stackOption)
    .option(...jsonOption)
    .action(log)
}

async function reconcile({ name, json, fix = false, actor = systemUser(), grace, hours }: ReconcileFlags) {
  const request = { fix, actor, graceMs: grace * 1_000, lookbackMs: hours * hourMs }
  const report = await withSources(name, ({ temporal }) => runReconcile(temporal, request, createLiveLine()))
  if (openDifferences(report) > 0 || report.failed.length > 0) process.exitCode = 1
  printResult(json, report, () => reconcileReport(report))
}

async function log({ name, json, last }: LogFlags): Promise<void> {
  const search = { action: `${reconcileWorkflow}.`, limit: last }
  const entries = await withSources(name, ({ db }) => searchAudit(db, search))
  const repairs = entries.map(({ at, actor, action, subject, reason }) => ({ at, actor, action, subject, reason }))
  printResult(json, { repairs }, () =>
    repairs.length === 0 ? 'Nothing was repaired yet.' : repairs.map(logLine).join('\n'),
  )
}

function logLine({ at, actor, action, subject, reason }: Logged): string {
  return `${new Date(at).toISOString()}  ${action}  ${subject}  by ${actor}\n    ${reason}`
}
