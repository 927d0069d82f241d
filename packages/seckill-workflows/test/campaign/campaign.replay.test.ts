import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { replayHistories } from 'saga-core/testing'
import { beforeAll, expect, it } from 'vitest'
import { historiesDirectory } from './histories.js'
import { scenarios } from './scenarios.js'

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } })
})

const codePath = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url))

it('every recorded campaign does again what it did', async () => {
  const replays = await replayHistories({ directory: historiesDirectory, workflowBundle: { codePath } })
  expect(replays.filter(({ failure }) => failure)).toEqual([])
  expect(replays.map(({ name }) => name)).toEqual(Object.keys(scenarios).toSorted())
})

it('a campaign that made its moves without a plan would not replay', async () => {
  const code = (await readFile(codePath, 'utf8')).replaceAll('await planCampaign(', 'await moveCampaign(')
  const replays = await replayHistories({ directory: historiesDirectory, workflowBundle: { code } })
  const broken = replays.flatMap(({ name, failure }) => (failure?.kind === 'determinism' ? [name] : []))
  expect(broken).toEqual(Object.keys(scenarios).toSorted())
})
