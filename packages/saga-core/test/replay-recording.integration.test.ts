import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RecordedHistory, readHistories, recordHistories } from 'saga-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SagaName } from './conformance/sagas.js'
import { type TemporalHost, type TemporalRun, temporalHost } from './conformance/temporal-host.js'
import { newWorld } from './conformance/world.js'
import { committedHistories, historiesDirectory } from './replay/histories.js'
import { type Scenario, scenarios } from './replay/scenarios.js'

/** Set by `npm run record-histories`: the committed histories are written anew. */
const isRecording = process.env.RECORD_HISTORIES !== undefined

let host: TemporalHost
let directory: string
beforeAll(async () => {
  host = await temporalHost(new URL('./replay/workflows.ts', import.meta.url))
  directory = isRecording ? historiesDirectory : await mkdtemp(join(tmpdir(), 'histories-'))
  if (isRecording) await rm(directory, { recursive: true, force: true })
})
afterAll(async () => {
  await host.close()
  if (!isRecording) await rm(directory, { recursive: true })
})

async function play(scenario: Scenario): Promise<TemporalRun> {
  const world = newWorld()
  const hold = world.holdUp(scenario.hold ?? 'nothing')
  const options = scenario.options?.(host.taskQueue)
  const run = await host.start(scenario.saga as SagaName, scenario.lanes(), world, options)
  await scenario.play?.(run, hold)
  if (!scenario.open) await run.report.catch((error: Error) => expect(error.message).toContain('cancelled'))
  return run
}

describe('a run is recorded', () => {
  it.each(Object.entries(scenarios))('%s', async (name, scenario) => {
    const { workflowId } = await play(scenario)

    const [file] = await recordHistories(host.client, { named: { [name]: workflowId } }, directory)

    expect(file).toContain(encodeURIComponent(name))
  })

  it('and each has its file, without the name of a machine', async () => {
    const recorded = await readHistories(directory)

    expect(recorded.map(({ name }) => decodeURIComponent(name)).toSorted()).toEqual(Object.keys(scenarios).toSorted())
    expect(JSON.stringify(recorded)).not.toMatch(/"identity":"(?!worker")|stackTrace|node_modules/)
  })

  it('and takes the path of the committed history', async () => {
    const [recorded, committed] = [await readHistories(directory), await committedHistories()]

    expect(recorded.map(commandsOf)).toEqual(committed.map(commandsOf))
  })
})

/** The number of commands of each kind in a run's history. */
function commandsOf({ name, history }: RecordedHistory) {
  const commands = /MARKER_RECORDED|TIMER_STARTED|ACTIVITY_TASK_SCHEDULED|CHILD_WORKFLOW_EXECUTION_INITIATED/
  const types = history.events.map(({ eventType }) => String(eventType)).filter((type) => commands.test(type))
  const counts = [...Map.groupBy(types, (type) => type)].map(([type, { length }]) => [type, length] as const)
  return { name, commands: Object.fromEntries(counts) }
}
