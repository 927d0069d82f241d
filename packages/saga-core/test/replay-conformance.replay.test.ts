import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { replayHistories } from 'saga-core/testing'
import { expect, it } from 'vitest'
import { historiesDirectory } from './replay/histories.js'
import { scenarios } from './replay/scenarios.js'

it('every recorded run of the conformance sagas does again what it did', async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const replays = await replayHistories({
    directory: historiesDirectory,
    workflowsPath: fileURLToPath(new URL('./replay/workflows.ts', import.meta.url)),
  })

  expect(replays.filter(({ failure }) => failure)).toEqual([])
  expect(replays.map(({ name }) => name).toSorted()).toEqual(Object.keys(scenarios).toSorted())
})
