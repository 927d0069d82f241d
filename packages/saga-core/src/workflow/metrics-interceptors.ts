import { metricMeter, type WorkflowInterceptors } from '@temporalio/workflow'
import { stepOfName } from '../wire/names.js'
import { type RunObserver, runObserver } from './run-observer.js'

/** Counts the ends of lanes by the meter of the workflow, which is silent during replay. */
function metrics(): RunObserver {
  const lanes = metricMeter.createCounter('saga_lanes', 'lanes', 'Lanes that ended, by outcome')
  const compensations = metricMeter.createCounter(
    'saga_compensations',
    'steps',
    'Steps of ended lanes that rolled back, by the state of their compensation',
  )
  const parked = metricMeter.createCounter('saga_lanes_parked', 'lanes', 'How often lanes parked, by step')
  return {
    parked(saga, some) {
      for (const lane of some) {
        const { step = lane.at, phase = 'compensation' } = lane.parked ?? {}
        parked.add(1, { saga, step: stepOfName(step), phase })
      }
    },
    ended({ saga, completed, except }) {
      const outcomes = new Map([['completed', completed]])
      const steps = new Map<string, number>()
      for (const end of except) {
        count(outcomes, end.outcome)
        for (const [step, state] of Object.entries(end.compensations ?? {}))
          count(steps, `${state} ${stepOfName(step)}`)
      }
      for (const [outcome, number] of outcomes) if (number > 0) lanes.add(number, { saga, outcome })
      for (const [key, number] of steps) {
        const [state = '', ...step] = key.split(' ')
        compensations.add(number, { saga, step: step.join(' '), state })
      }
    },
  }
}

function count(counts: Map<string, number>, key: string) {
  return counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** The interceptors that Temporal loads by this name: a workflow runs with the metrics as its observer. */
export function interceptors(): WorkflowInterceptors {
  return { inbound: [{ execute: (input, next) => runObserver.run(metrics(), () => next(input)) }] }
}
