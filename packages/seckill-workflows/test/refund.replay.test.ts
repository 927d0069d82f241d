import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { toMermaid } from 'saga-core'
import { replayHistories } from 'saga-core/testing'
import { beforeAll, expect, it } from 'vitest'
import { refundSaga } from '../src/workflows/refund.saga.js'
import { refundHistoriesDirectory } from './replay/histories.js'
import { refundScenarios } from './replay/refund-scenarios.js'

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } })
})

const codePath = fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url))

function replayed(workflowBundle: { readonly code: string } | { readonly codePath: string }) {
  return replayHistories({ directory: refundHistoriesDirectory, workflowBundle })
}

it('every recorded refund run does again what it did', async () => {
  const replays = await replayed({ codePath })

  expect(replays.filter(({ failure }) => failure)).toEqual([])
  expect(replays.map(({ name }) => name)).toEqual(Object.keys(refundScenarios).toSorted())
})

it('a run whose refund was a regular activity does not replay with a local one', async () => {
  const code = (await readFile(codePath, 'utf8')).replaceAll('return { refund: ', 'return { payment: ')
  const replays = await replayed({ code })

  expect(replays.map(({ failure }) => failure?.kind)).toEqual(replays.map(() => 'determinism'))
})

it('the refund saga is drawn', () => {
  expect(toMermaid(refundSaga)).toMatchSnapshot()
})
