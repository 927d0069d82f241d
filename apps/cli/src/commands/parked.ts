import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import type { Command } from 'commander'
import { createSagaClient, type SagaClient } from 'saga-core/client'
import { confirmed } from '../output/confirm.js'
import { counted } from '../output/numbers.js'
import { jsonOption, printResult } from '../output/result.js'
import { systemUser } from '../output/system-user.js'
import { countParked, listParked } from '../parked/list-parked.js'
import { type OperatedLanes, operateAll, operateRun, type ParkedVerb } from '../parked/operate-lanes.js'
import { operatedReport, parkedReport } from '../parked/parked-report.js'
import { listPutAside, takeUpAll } from '../parked/put-aside.js'
import { withSources } from '../sale/find-sources.js'

interface ListFlags {
  readonly name: string
  readonly json?: boolean
}

interface VerbFlags extends ListFlags {
  readonly reason: string
  readonly actor?: string
  readonly all?: boolean
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
    .description('purchases that wait for an operator: list, retry, skip, resolve, compensate, abandon, take-up')
    .addHelpText(
      'after',
      `
A worker must run: it answers for the runs. Exit code 1 when a lane declined the verb or a run did not answer.
The runbook says which verb to use: docs/runbook.md`,
    )
  parked
    .command('list')
    .description('parked lanes with their run, step, time and error, and purchases that were put aside')
    .option('--name <stack>', 'stack the sale is on', 'demo')
    .option(...jsonOption)
    .action(list)
  parked
    .command('take-up')
    .description('let purchases start again that were put aside since Temporal refuses them for good')
    .option('--name <stack>', 'stack the sale is on', 'demo')
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
    .requiredOption('--reason <text>', 'reason, kept in the audit list of the run')
    .option('--actor <name>', 'operator, kept beside the reason (default: the user of this system)')
    .option('--all', 'every parked lane of every purchase run; asks before')
    .option('-y, --yes', 'do not ask')
    .option('--operation-id <id>', 'repeat an operation; runs that carried it out change nothing')
    .option('--name <stack>', 'stack the sale is on', 'demo')
    .option(...jsonOption)
    .action((workflowId: string | undefined, lanes: readonly string[], flags: VerbFlags) =>
      operate(verb, workflowId, lanes, flags),
    )
}

async function list({ name, json }: ListFlags): Promise<void> {
  const parked = await withSources(name, async (sources) => ({
    ...(await listParked(sagaClient(sources.temporal))),
    putAside: await listPutAside(sources),
  }))
  if (parked.silent.length > 0) process.exitCode = 1
  printResult(json, parked, () => parkedReport(parked))
}

async function takeUp({ name, json }: ListFlags): Promise<void> {
  const purchases = await withSources(name, takeUpAll)
  printResult(json, { purchases }, () => `${counted(purchases, 'purchase')} will be started again.`)
}

async function operate(
  verb: ParkedVerb,
  workflowId: string | undefined,
  lanes: readonly string[],
  flags: VerbFlags,
): Promise<void> {
  const { name, reason, actor = systemUser(), operationId = randomUUID(), all = false, json } = flags
  if (all === (workflowId !== undefined)) throw new Error('Name the run of the lanes, or give --all; not both.')
  const operation = { verb, actor, reason, operationId }
  const operated = await withSources(name, async ({ temporal }): Promise<OperatedLanes | undefined> => {
    const sagas = sagaClient(temporal)
    if (workflowId !== undefined) return operateRun(sagas, { workflowId, lanes }, operation)
    return flags.yes === true || (await confirmedFor(sagas, verb)) ? operateAll(sagas, operation) : undefined
  })
  if (operated === undefined) {
    process.exitCode = 1
    process.stderr.write(`Nothing was changed. To ${verb} them without a question: add --yes\n`)
    return
  }
  if (operated.declined.length + operated.failed.length > 0) process.exitCode = 1
  printResult(json, operated, () => operatedReport(operated))
}

async function confirmedFor(sagas: SagaClient, verb: ParkedVerb): Promise<boolean> {
  const count = countParked(await listParked(sagas))
  return confirmed(`${verb} ${counted(count, 'parked lane')}?`)
}

function sagaClient(temporal: Client): SagaClient {
  return createSagaClient(temporal, { timeoutMs: answerTimeoutMs })
}
