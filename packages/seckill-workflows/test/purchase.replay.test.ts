import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { type SagaDefinition, sagaDiff, toMermaid } from 'saga-core'
import { replayHistories } from 'saga-core/testing'
import { beforeAll, expect, it } from 'vitest'
import { purchaseSaga } from '../src/workflows/purchase.saga.js'
import { historiesDirectory } from './replay/histories.js'
import { scenarios } from './replay/scenarios.js'

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } })
})

const codePath = fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url))

function replayed(workflowBundle: { readonly code: string } | { readonly codePath: string }) {
  return replayHistories({ directory: historiesDirectory, workflowBundle })
}

it('every recorded purchase run does again what it did', async () => {
  const replays = await replayed({ codePath })

  expect(replays.filter(({ failure }) => failure)).toEqual([])
  expect(replays.map(({ name }) => name)).toEqual(Object.keys(scenarios).toSorted())
})

it('under another name for a compensation the runs that rolled back do not replay, and sagaDiff forbids it', async () => {
  const code = (await readFile(codePath, 'utf8')).replaceAll("compensate: 'restoreStock'", "compensate: 'putBack'")
  const replays = await replayed({ code })
  const before: SagaDefinition = purchaseSaga as never
  const steps = before.steps.map((step) =>
    step.name === 'deductStock' ? { ...step, compensate: { ...step.compensate, activity: 'putBack' } as never } : step,
  )

  expect(replays.flatMap(({ name, failure }) => (failure?.kind === 'determinism' ? [name] : []))).toEqual([
    'purchase-cancelled',
    'purchase-parked-and-retried',
  ])
  expect(sagaDiff(before, { ...before, steps })).toMatchObject({
    verdict: 'forbidden',
    changes: [{ change: 'compensation renamed', step: 'deductStock', breaks: 'replay' }],
  })
})

it('the purchase saga is drawn', () => {
  expect(toMermaid(purchaseSaga)).toMatchSnapshot()
})
