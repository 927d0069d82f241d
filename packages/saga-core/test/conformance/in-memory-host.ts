import type { SagaDefinition } from 'saga-core'
import { runInMemory } from 'saga-core/testing'
import { type ScriptedLane, scriptedActivities } from './activities.js'
import type { Host } from './host.js'
import { allSagas } from './sagas.js'
import { newWorld } from './world.js'

/** The in-memory runtime under test. */
export const inMemoryHost: Host = {
  async start(saga, lanes, world = newWorld()) {
    const run = runInMemory(allSagas[saga] as SagaDefinition<ScriptedLane>, lanes, {
      activities: { ...scriptedActivities(world) },
    })
    return {
      report: run.report.then((report) => {
        if (run.runtime.cancelRequested() && report.except.some((end) => end.outcome === 'cancelled'))
          throw new Error('cancelled')
        return report
      }),
      world,
      cancel: async () => run.runtime.cancel(),
      message: async (messages) => {
        run.message(messages)
      },
      operate: async (operation) => run.operate(operation),
      state: async () => run.state(),
    }
  },
}
