import { metricMeter, type WorkflowInterceptorsFactory } from '@temporalio/workflow'
import { type RunObserver, runObserver } from './run-observer.js'

/** Counts what becomes of lanes, through the meter of the workflow: nothing is counted twice in a replay. */
function metrics(): RunObserver {
  const lanes = metricMeter.createCounter('saga_lanes', 'lanes', 'Lanes that ended, by outcome')
  const compensations = metricMeter.createCounter(
    'saga_compensations',
    'steps',
    'Steps of ended lanes that rolled back, by what became of their compensation',
  )
  const parked = metricMeter.createCounter('saga_lanes_parked', 'lanes', 'How often lanes parked, by step')
  return {
    parked(saga, some) {
      for (const lane of some) {
        const { step = lane.at, phase = 'compensation' } = lane.parked ?? {}
        parked.add(1, { saga, step: nameOf(step), phase })
      }
    },
    ended({ saga, completed, except }) {
      const outcomes = new Map([['completed', completed]])
      const steps = new Map<string, number>()
      for (const end of except) {
        count(outcomes, end.outcome)
        for (const [step, state] of Object.entries(end.compensations ?? {})) count(steps, `${state} ${nameOf(step)}`)
      }
      for (const [outcome, number] of outcomes) if (number > 0) lanes.add(number, { saga, outcome })
      for (const [key, number] of steps) {
        const [state = '', ...step] = key.split(' ')
        compensations.add(number, { saga, step: step.join(' '), state })
      }
    },
  }
}

/** The elements of a list step count as their step: tags are few. */
const nameOf = (step: string): string => step.split('[')[0] as string

const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)

/** Temporal's hook: the workflow runs with an observer that counts. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [{ execute: (input, next) => runObserver.run(metrics(), () => next(input)) }],
})
