import type { SagaDefinition } from '../../src/definition/definition.js'
import { type Batch, createBatch } from '../../src/engine/batch.js'
import { type CarriedRun, isCarried } from '../../src/engine/carry.js'
import type { ActivityRequest, SagaRuntime } from '../../src/engine/run/runtime.js'
import type { RunOptions } from '../../src/engine/start.js'
import { type AnyActivity, type InMemoryRuntime, inMemoryRuntime } from '../../src/testing/in-memory-runtime.js'
import { virtualClock } from '../../src/testing/virtual-clock.js'
import type { SagaReport } from '../../src/wire/outcome.js'

/** Events of a server: those of a workflow task, of a timer, and of the call of an activity that a task queue has. */
const [taskEvents, timerEvents, placedEvents] = [3, 2, 3]

/** A run, with those that continued as it, on one clock; each counts the events that it would have on a server. */
export interface LongRun {
  readonly clock: ReturnType<typeof virtualClock>
  /** The run of this time. */
  now(): { readonly batch: Batch; readonly runtime: InMemoryRuntime }
  /** The events of each run so far. */
  readonly histories: readonly number[]
  readonly ended: Promise<{ readonly report: SagaReport; readonly histories: readonly number[] }>
}

interface LongRunOptions extends RunOptions {
  readonly activities: { readonly [name: string]: AnyActivity }
  /** The number of events from which on the server suggests to continue as new. */
  readonly suggestedAt: number
}

/** Starts a run that continues as new when its history is long. */
export function longRun(definition: unknown, inputs: readonly unknown[], options: LongRunOptions): LongRun {
  const { activities, suggestedAt, ...how } = options
  const clock = virtualClock()
  const histories: number[] = []
  let current: ReturnType<LongRun['now']>

  async function runOn(given: readonly unknown[] | CarriedRun): Promise<SagaReport> {
    const inner = inMemoryRuntime({ workflowId: 'run-1', activities, clock })
    const at = histories.push(taskEvents) - 1
    const count = (events: number) => {
      histories[at] = (histories[at] ?? 0) + events
    }
    const runtime: SagaRuntime = {
      ...inner,
      call(request: ActivityRequest) {
        const isLocal = request.taskQueue === undefined
        // Events of a task queue come with a task; the answers of local activities share one.
        count(isLocal ? 1 : placedEvents + taskEvents)
        const retried = (attempt: number) => {
          if (isLocal) count(1 + timerEvents + taskEvents)
          request.retried?.(attempt)
        }
        return inner.call({ ...request, retried })
      },
      sleep(ms) {
        count(timerEvents + taskEvents)
        return inner.sleep(ms)
      },
      checkpoint() {
        count(timerEvents + taskEvents)
        return inner.checkpoint()
      },
      shouldContinue: () => (histories[at] ?? 0) >= suggestedAt,
    }
    const batch = createBatch(definition as SagaDefinition, given, runtime, how)
    current = { batch, runtime: inner }
    const end = JSON.parse(JSON.stringify(await batch.run())) as SagaReport | CarriedRun
    // A run that has ended has no timers.
    inner.abandon()
    return isCarried(end) ? runOn(end) : end
  }

  const ended = runOn(inputs).then((report) => ({ report, histories }))
  return { clock, now: () => current, histories, ended }
}
