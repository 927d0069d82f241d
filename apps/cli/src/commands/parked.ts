import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import type { Command } from 'commander'
import { createSagaClient, type SagaClient } from 'saga-core/client'
import { purchaseWorkflow, refundWorkflow } from 'seckill-workflows'
import {
  countParked,
  listParked,
  listPutAside,
  type OperatedLanes,
  operateAll,
  operateRun,
  type ParkedVerb,
  readParkedRefunds,
  type SaleWorkflow,
  takeUpAll,
} from 'seckill-workflows/client'
import { confirmed } from '../output/confirm.js'
import { counted } from '../output/numbers.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { systemUser } from '../output/system-user.js'
import { operatedReport, parkedReport } from '../parked/parked-report.js'
import { withSources } from '../sale/find-sources.js'

interface ListFlags {
  readonly name: string
  readonly json?: boolean
}

interface ReasonFlags extends ListFlags {
  readonly reason: string
  readonly actor?: string
}

interface VerbFlags extends ReasonFlags {
  readonly all?: boolean
  readonly allRefunds?: boolean
  readonly yes?: boolean
  readonly operationId?: string
}

const verbHelp: Readonly<Record<ParkedVerb, string>> = {
  retry: 'let lanes go on at the step or compensation where they stopped',
  skip: 'leave out the compensation where they stopped',
  resolve: 'take the step or compensation where they stopped as done by hand',
  compensate: 'roll back lanes that stopped at a step before the pivot',
  abandon: 'end lanes; the compensations that they owe stay owed',
}

/** The time limit of a query or an update, in milliseconds. */
const answerTimeoutMs = 10_000

/** Adds `seckill parked`. */
export function register(program: Command): void {
  const parked = program
    .command('parked')
    .description(
      'purchases and refunds that wait for an operator: list, retry, skip, resolve, compensate, abandon, take-up',
    )
    .addHelpText(
      'after',
      `
A worker must run: it answers for the runs. Exit code 1 when a lane declined the verb or a run did not answer.
The runbook says which verb to use: docs/runbook.md`,
    )
  parked
    .command('list')
    .description(
      'parked lanes with their run, step, time and error; refunds with their order and money; purchases that were put aside',
    )
    .option(...stackOption)
    .option(...jsonOption)
    .action(list)
  parked
    .command('take-up')
    .description('let purchases start again that were put aside since Temporal refuses them for good')
    .requiredOption('--reason <text>', 'reason, kept in the audit')
    .option('--actor <name>', 'operator, kept beside the reason (default: the user of this system)')
    .option(...stackOption)
    .option(...jsonOption)
    .action(takeUp)
  for (const verb of Object.keys(verbHelp) as ParkedVerb[]) addVerb(parked, verb)
}

function addVerb(parked: Command, verb: ParkedVerb): void {
  parked
    .command(verb)
    .description(verbHelp[verb])
    .argument('[workflowId]', 'run of the lanes, as the list shows it')
    .argument('[lanes...]', 'lanes of the run (default: all of its parked lanes)')
    .requiredOption('--reason <text>', 'reason, kept in the audit')
    .option('--actor <name>', 'operator, kept beside the reason (default: the user of this system)')
    .option('--all', 'every parked lane of every purchase run; asks before')
    .option('--all-refunds', 'every parked refund; asks before')
    .option('-y, --yes', 'do not ask')
    .option('--operation-id <id>', 'repeat an operation; runs that carried it out change nothing')
    .option(...stackOption)
    .option(...jsonOption)
    .action((workflowId: string | undefined, lanes: readonly string[], flags: VerbFlags) =>
      operate(verb, workflowId, lanes, flags),
    )
}

async function list({ name, json }: ListFlags): Promise<void> {
  const parked = await withSources(name, async (sources) => {
    const lanes = await listParked(sagaClient(sources.temporal))
    const refunds = await readParkedRefunds(sources.db, lanes.lanes)
    return { ...lanes, refunds, putAside: await listPutAside(sources) }
  })
  if (parked.silent.length > 0) process.exitCode = 1
  printResult(json, parked, () => parkedReport(parked))
}

async function takeUp({ name, reason, actor = systemUser(), json }: ReasonFlags): Promise<void> {
  const purchases = await withSources(name, (sources) => takeUpAll(sources, { actor, reason }))
  printResult(json, { purchases }, () => `${counted(purchases, 'purchase')} will be started again.`)
}

async function operate(
  verb: ParkedVerb,
  workflowId: string | undefined,
  lanes: readonly string[],
  flags: VerbFlags,
): Promise<void> {
  const { name, reason, actor = systemUser(), operationId = randomUUID(), json } = flags
  const target = targetOf(workflowId, flags)
  const operation = { verb, actor, reason, operationId }
  const operated = await withSources(name, async ({ temporal, db }): Promise<OperatedLanes | undefined> => {
    const sagas = sagaClient(temporal)
    if ('workflowId' in target) return operateRun({ sagas, db }, { ...target, lanes }, operation)
    const isWanted = flags.yes === true || (await confirmedFor(sagas, target.workflow, verb))
    return isWanted ? operateAll({ sagas, db }, target.workflow, operation) : undefined
  })
  if (operated === undefined) {
    process.exitCode = 1
    process.stderr.write(`Nothing was changed. To ${verb} them without a question: add --yes\n`)
    return
  }
  if (operated.declined.length + operated.failed.length > 0) process.exitCode = 1
  printResult(json, operated, () => operatedReport(operated))
}

/** One run, or every run of a workflow. */
type Target = { readonly workflowId: string } | { readonly workflow: SaleWorkflow }

/** @throws Error unless exactly one target is given */
function targetOf(workflowId: string | undefined, { all, allRefunds }: VerbFlags): Target {
  const targets: readonly Target[] = [
    ...(workflowId === undefined ? [] : [{ workflowId }]),
    ...(all ? [{ workflow: purchaseWorkflow } as const] : []),
    ...(allRefunds ? [{ workflow: refundWorkflow } as const] : []),
  ]
  const [target] = targets
  if (target !== undefined && targets.length === 1) return target
  throw new Error('Name the run of the lanes, or give --all or --all-refunds; one of them.')
}

async function confirmedFor(sagas: SagaClient, workflow: SaleWorkflow, verb: ParkedVerb): Promise<boolean> {
  const count = countParked(await listParked(sagas, [workflow]))
  return confirmed(`${verb} ${counted(count, workflow === refundWorkflow ? 'parked refund' : 'parked lane')}?`)
}

function sagaClient(temporal: Client): SagaClient {
  return createSagaClient(temporal, { timeoutMs: answerTimeoutMs })
}
