import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { replayHistories } from 'saga-core/testing'
import { expect, it } from 'vitest'
import { historiesDirectory } from './replay/histories.js'
import { scenarios } from './replay/scenarios.js'

const workflowsPath = fileURLToPath(new URL('./replay/workflows.ts', import.meta.url))

it('every recorded run of the conformance sagas replays to its history', async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const replays = await replayHistories({
    directory: historiesDirectory,
    workflowsPath,
  })

  expect(replays.filter(({ failure }) => failure)).toEqual([])
  expect(replays.map(({ name }) => name).toSorted()).toEqual(Object.keys(scenarios).toSorted())
})

it('histories are replayed outside of a test runner as well', async () => {
  const script = `
    import { readHistories, replayHistories } from 'saga-core/testing'
    const [first] = await readHistories(${JSON.stringify(historiesDirectory)})
    const replays = await replayHistories({ histories: [first], workflowsPath: ${JSON.stringify(workflowsPath)} })
    console.log(JSON.stringify(replays.map(({ failure }) => failure ?? 'replayed')))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  })

  expect(stdout.trim().split('\n').at(-1)).toBe('["replayed"]')
})
