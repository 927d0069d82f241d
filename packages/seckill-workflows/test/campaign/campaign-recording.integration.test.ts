import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readHistories, recordHistories } from 'saga-core/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { campaignRunId } from '../../src/contract/names.js'
import { type CampaignWorld, startCampaignWorld } from './campaign-world.js'
import { historiesDirectory } from './histories.js'
import { scenarios } from './scenarios.js'

/** Set by `npm run record-histories`: the committed histories are written anew. */
const isRecording = process.env.RECORD_HISTORIES !== undefined

let world: CampaignWorld
let directory: string
beforeAll(async () => {
  world = await startCampaignWorld('campaign-recording')
  directory = isRecording ? historiesDirectory : await mkdtemp(join(tmpdir(), 'histories-'))
  if (isRecording) await rm(directory, { recursive: true, force: true })
})
afterAll(async () => {
  await world.close()
  if (!isRecording) await rm(directory, { recursive: true })
})

it.each(Object.entries(scenarios))(
  '%s is recorded',
  async (name, play) => {
    const workflowId = campaignRunId(await play(world))
    await recordHistories(world.client, { named: { [name]: workflowId } }, directory)
  },
  120_000,
)

it('the recorded runs are those that are committed', async () => {
  const names = async (from: string) => (await readHistories(from)).map(({ name }) => name)
  expect(await names(directory)).toEqual(Object.keys(scenarios).toSorted())
  expect(await names(historiesDirectory)).toEqual(Object.keys(scenarios).toSorted())
})
