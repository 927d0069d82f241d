import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SetWiseActivity } from 'saga-core'
import { readHistories, recordHistories } from 'saga-core/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PurchaseActivities } from '../src/activities/index.js'
import type { Purchase } from '../src/contract/purchase.js'
import { newRunId } from './harness/lanes.js'
import { startSale } from './harness/sale.js'
import { startWorker } from './harness/worker.js'
import { historiesDirectory } from './replay/histories.js'
import { type RecordingStage, scenarios } from './replay/scenarios.js'

/** Set by `npm run record-histories`: the committed histories are written anew. */
const isRecording = process.env.RECORD_HISTORIES !== undefined

let stage: RecordingStage
let directory: string
beforeAll(async () => {
  const sale = await startSale()
  const afterwards: RecordingStage['afterwards'] = new Map()
  const worker = await startWorker(newRunId(0), followed(sale.activities, afterwards), sale.db)
  stage = { sale, worker, afterwards }
  directory = isRecording ? historiesDirectory : await mkdtemp(join(tmpdir(), 'histories-'))
  if (isRecording) await rm(directory, { recursive: true, force: true })
})
afterAll(async () => {
  await stage.worker.stop()
  await stage.sale.close()
  if (!isRecording) await rm(directory, { recursive: true })
})

type Activity = SetWiseActivity<Purchase, undefined>

/** The real activities, each followed by what a scenario wants. */
function followed(activities: PurchaseActivities, afterwards: RecordingStage['afterwards']): PurchaseActivities {
  const entries = Object.entries(activities as unknown as Record<string, Activity>)
  const follow =
    (name: string, activity: Activity): Activity =>
    async (request) => {
      const report = await activity(request)
      await afterwards.get(`${request.workflowId} ${name}`)?.()
      return report
    }
  return Object.fromEntries(entries.map(([name, activity]) => [name, follow(name, activity)])) as never
}

it.each(Object.entries(scenarios))('%s is recorded', async (name, play) => {
  const workflowId = await play(stage)

  await recordHistories(stage.worker.client, { named: { [name]: workflowId } }, directory)

  const handle = stage.worker.client.workflow.getHandle(workflowId)
  if ((await handle.describe()).status.name === 'RUNNING') await handle.terminate('it is recorded')
})

it('the recorded runs are the committed ones', async () => {
  const [recorded, committed] = [await readHistories(directory), await readHistories(historiesDirectory)]
  const markers = (histories: typeof recorded) =>
    histories.map(({ name, history: { events } }) => [
      name,
      events.filter(({ eventType }) => eventType === 'EVENT_TYPE_MARKER_RECORDED').length,
    ])

  expect(markers(recorded)).toEqual(markers(committed))
  expect(recorded.map(({ name }) => name)).toEqual(Object.keys(scenarios).toSorted())
})
