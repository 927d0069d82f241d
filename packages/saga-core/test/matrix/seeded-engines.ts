import type { SagaDefinition } from 'saga-core'
import type { SagaRuntime } from '../../src/engine/run/runtime.js'
import { fromSetRequest, type SetRequest, toSetReport } from '../../src/wire/set-wise.js'

/** An engine with a known fault, made by a runtime between a sound engine and its own. */
type Seed = (definition: SagaDefinition) => (runtime: SagaRuntime) => SagaRuntime

function requestOf(args: readonly unknown[]) {
  return args[0] as SetRequest
}

/** Compensates in the order in which the steps started, the adopted effects last. */
export const undoesInStartOrder: Seed = (definition) => {
  const steps = definition.steps.filter(({ kind, compensate }) => kind === 'compensatable' && compensate)
  return (runtime) => ({
    ...runtime,
    call(request) {
      const set = requestOf(request.args)
      const at = steps.findIndex(({ name }) => name === set.step)
      const mirrored = steps[steps.length - 1 - at]
      if (set.phase !== 'compensation' || at < 0 || !mirrored?.compensate) return runtime.call(request)
      return runtime.call({
        ...request,
        activity: mirrored.compensate.activity,
        args: [{ ...set, step: mirrored.name }],
      })
    },
  })
}

/** Compensates only the steps that this execution of the run has called itself. */
export const doesNotFenceAhead: Seed = (definition) => {
  const adopted = definition.steps.filter(({ kind }) => kind === 'adopted').map(({ name }) => name)
  return (runtime) => {
    const asked = new Set<string>(adopted)
    return {
      ...runtime,
      async call(request) {
        const set = requestOf(request.args)
        if (set.phase === 'action') asked.add(set.step)
        if (asked.has(set.step)) return runtime.call(request)
        const keys = fromSetRequest(set).map(({ key }) => key)
        const value = toSetReport(
          keys,
          keys.map((key) => ({ key, status: 'done' })),
        )
        return { answer: { status: 'done', value }, blamesData: false }
      },
    }
  }
}

/** Calls the pivot, and rolls back, before the earlier answers are durable. */
export const waitsForNoCheckpoint: Seed = () => (runtime) => ({ ...runtime, checkpoint: async () => undefined })

/** Retries a call to the end of its policy, though its lane is called off. */
export const callsNothingOff: Seed = () => (runtime) => ({
  ...runtime,
  call: ({ opened: _, ...request }) => runtime.call(request),
})

/** Hears timers only once no call is open, and looks at no clock before: as in one workflow task. */
export const hearsTimersLate: Seed = () => (runtime) => {
  let open = 0
  return {
    ...runtime,
    isCurrent: (change) => change !== 'on-time',
    call(request) {
      open += 1
      return runtime.call(request).then((answer) => {
        open -= 1
        return answer
      })
    },
    timer(ms) {
      const { over, cancel } = runtime.timer(ms)
      return { over: over.then(() => runtime.until(() => open === 0)), cancel }
    },
  }
}

/** Answers that a completed child is undone, without undoing it. */
export const undoesNoChild: Seed = () => (runtime) => ({
  ...runtime,
  child: (request) =>
    request.workflowId.endsWith('/undo')
      ? {
          answer: Promise.resolve({ status: 'done', value: { outcome: 'cancelled' } }),
          cancel: () => undefined,
        }
      : runtime.child(request),
})
