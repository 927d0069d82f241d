import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readHistories, recordHistories } from 'saga-core/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRefundActivities } from '../src/activities/index.js'
import { startRefundWorker } from './harness/refund-worker.js'
import { startSale } from './harness/sale.js'
import { refundHistoriesDirectory } from './replay/histories.js'
import { type RefundStage, refundScenarios } from './replay/refund-scenarios.js'

/** Set by `npm run record-histories`: the committed histories are written anew. */
const isRecording = process.env.RECORD_HISTORIES !== undefined

let stage: RefundStage
let directory: string
beforeAll(async () => {
  const sale = await startSale()
  const { db, gate, payment } = sale
  stage = { sale, worker: await startRefundWorker(createRefundActivities({ db, gate, provider: payment.provider })) }
  directory = isRecording ? refundHistoriesDirectory : await mkdtemp(join(tmpdir(), 'histories-'))
  if (isRecording) await rm(directory, { recursive: true, force: true })
})
afterAll(async () => {
  await stage.worker.stop()
  await stage.sale.close()
  if (!isRecording) await rm(directory, { recursive: true })
})

it.each(Object.entries(refundScenarios))('%s is recorded', async (name, play) => {
  const workflowId = await play(stage)

  await recordHistories(stage.worker.client, { named: { [name]: workflowId } }, directory)
})

it('the recorded runs are the committed ones', async () => {
  const [recorded, committed] = [await readHistories(directory), await readHistories(refundHistoriesDirectory)]
  const scheduled = (histories: typeof recorded) =>
    histories.map(({ name, history: { events } }) => [
      name,
      ['ACTIVITY_TASK_SCHEDULED', 'MARKER_RECORDED'].map(
        (type) => events.filter(({ eventType }) => eventType === `EVENT_TYPE_${type}`).length,
      ),
    ])

  expect(scheduled(recorded)).toEqual(scheduled(committed))
  expect(recorded.map(({ name }) => name)).toEqual(Object.keys(refundScenarios).toSorted())
})
