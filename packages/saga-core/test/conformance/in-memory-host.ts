import type { SagaDefinition } from 'saga-core'
import { type InMemoryRun, runInMemory } from 'saga-core/testing'
import { expect } from 'vitest'
import { type ScriptedLane, scriptedActivities } from './activities.js'
import type { Host, HostedChild } from './host.js'
import { allSagas } from './sagas.js'
import { childSagas } from './shapes.js'
import { newWorld } from './world.js'

/** The messages and verbs of a run, a child's or its parent's. */
function leversOf(run: InMemoryRun): Omit<HostedChild, 'workflowId'> {
  return {
    cancel: async () => run.runtime.cancel(),
    message: async (messages) => {
      run.message(messages)
    },
    operate: async (operation) => run.operate(operation),
    state: async () => run.state(),
  }
}

/** The in-memory runtime under test. */
export const inMemoryHost: Host = {
  taskQueue: 'elsewhere',
  async start(saga, lanes, world = newWorld(), options = {}) {
    const run = runInMemory(allSagas[saga] as SagaDefinition<ScriptedLane>, lanes, {
      activities: { ...scriptedActivities(world) },
      children: childSagas,
      ...options,
    })
    return {
      ...leversOf(run),
      report: run.report.then((report) => {
        if (run.runtime.cancelRequested() && report.except.some((end) => end.outcome === 'cancelled'))
          throw new Error('cancelled')
        return report
      }),
      world,
      async child(path) {
        const workflowId = `${run.runtime.workflowId}/${path}`
        const child = await expect
          .poll(() => run.child(workflowId))
          .toBeDefined()
          .then(() => run.child(workflowId))
        return { ...leversOf(child as InMemoryRun), workflowId }
      },
    }
  },
}
