import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker'
import { sagaDiff } from 'saga-core'
import { type HistoryReplay, type RecordedHistory, replayHistories } from 'saga-core/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ChangedSaga } from './diff/changed-saga.js'
import { changedSagas } from './diff/changed-sagas.js'
import { recordedSaga } from './diff/recorded-saga.js'
import { committedHistories } from './replay/histories.js'

let code: string
let committed: readonly RecordedHistory[]
beforeAll(async () => {
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'OFF' } } })
  const workflowsPath = fileURLToPath(new URL('./replay/workflows.ts', import.meta.url))
  ;({ code } = await bundleWorkflowCode({ workflowsPath, logger }))
  committed = await committedHistories()
}, 60_000)

/** Placements and messages name steps: under another name a step loses its place, or its message, which only these histories have. */
const naming = ['setWise-with-a-step-on-a-task-queue', 'setWise-confirmed-later']

function historiesOf({ saga, breaks }: ChangedSaga) {
  return committed.filter(({ name }) => name.startsWith(`${saga}-`) && (breaks !== 'effects' || !naming.includes(name)))
}

function replayed(change: string, histories: readonly RecordedHistory[]): Promise<readonly HistoryReplay[]> {
  return replayHistories({ workflowBundle: { code: code.replaceAll('%change%', change) }, histories })
}

const changes = Object.entries(changedSagas) as readonly (readonly [string, ChangedSaga])[]

describe('sagaDiff', () => {
  it.each(changes)('%s', (_, { saga, after, verdict, breaks }) => {
    const diff = sagaDiff(recordedSaga(saga), after)

    expect(diff.verdict).toBe(verdict)
    const decisive = diff.changes.filter((change) => change.verdict === verdict).map((change) => change.breaks)
    expect(decisive).toEqual(decisive.map(() => breaks))
    for (const { verdict, advice } of diff.changes) expect(advice === undefined).toBe(verdict === 'safe')
  })

  it('finds a change in each of them, except for the name of a group', () => {
    const silent = changes.filter(([, { saga, after }]) => sagaDiff(recordedSaga(saga), after).changes.length === 0)

    expect(silent.map(([name]) => name)).toEqual(['group renamed'])
  })
})

describe('recorded runs under a changed saga', () => {
  it.each(changes)('%s', async (name, changed) => {
    const histories = historiesOf(changed)
    const kinds = new Set((await replayed(name, histories)).map(({ failure }) => failure?.kind))

    expect(histories.length).toBeGreaterThan(0)
    expect(kinds).not.toContain('other')
    expect(kinds.has('determinism')).toBe(changed.breaks === 'replay')
    if (changed.breaks === 'nothing') expect(kinds).not.toContain('lost step')
  })

  it('a renamed step is lost where a lane has parked after it', async () => {
    const histories = committed.filter(({ name }) => name === 'setWise-half-compensated-and-parked')

    expect(await replayed('step renamed that has a place', histories)).toMatchObject([
      {
        failure: {
          kind: 'lost step',
          message:
            'the step "two", which a lane has started, is not in the definition, which has "zwei" in its place: deploy it under its name again',
        },
      },
    ])
  })

  it('a renamed step with a placement or a message breaks the replay as well', async () => {
    const histories = committed.filter(({ name }) => naming.includes(name))

    expect(await replayed('step renamed that has a place', histories)).toMatchObject([
      { failure: { kind: 'determinism' } },
      { failure: { kind: 'determinism' } },
    ])
  })
})
