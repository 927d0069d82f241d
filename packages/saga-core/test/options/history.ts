import type { LaneCall } from 'saga-core'
import type { HistoryEvent } from 'saga-core/testing'

/** One activity in a run's history. */
interface Command {
  readonly activity: string
  /** `step`, `undo step`, `verify step` or `decide step`. */
  readonly call: string
  /** Seconds. */
  readonly startToClose: number
  /** First pause in seconds, factor, longest pause in seconds, attempts (0: without end). */
  readonly retry: readonly [number, number, number, number]
  readonly taskQueue: string
  readonly summary: string
  readonly arg: unknown
  readonly about: LaneCall
  /** The workflow task that scheduled it: calls at the same time have the same. */
  readonly task: string
}

/** The facts that a run's history shows. */
export interface Shown {
  readonly commands: readonly Command[]
  /** The calls, in their order. */
  readonly calls: readonly string[]
  /** The call of this name. @throws Error when there is none. */
  call(name: string): Command
  /** The duration of each timer, in seconds. */
  readonly timers: readonly number[]
  /** The number of activities with a cancel request. */
  readonly cancels: number
  /** Names of markers: patches, and the local activities that were answered. */
  readonly markers: readonly string[]
  /** The attempts of the n-th local activity, by its marker. */
  readonly localAttempts: readonly number[]
  readonly children: readonly { readonly workflow: string; readonly workflowId: string; readonly arg: unknown }[]
  /** The event the run ended with. */
  readonly last: string
}

interface Payload {
  readonly data: string
}

function decode({ data }: Payload): unknown {
  return JSON.parse(Buffer.from(data, 'base64').toString('utf8') || 'null')
}

/** Durations are texts as `1.5s`. */
function secondsOf(duration: string): number {
  return Number(duration.replace(/s$/, ''))
}

/* biome-ignore lint/suspicious/noExplicitAny: events of a history are JSON of many shapes */
type Event = any

const phases = { action: '', compensation: 'undo ', verify: 'verify ', decide: 'decide ' } as const

/** Reads a history. */
export function shownBy(events: readonly HistoryEvent[]): Shown {
  const all = events as readonly Event[]
  const of = (attributes: string): readonly Event[] =>
    all.flatMap((event) => event[`${attributes}EventAttributes`] ?? [])
  const commands = all.flatMap((event) => (event.activityTaskScheduledEventAttributes ? [toCommand(event)] : []))
  const markers = of('markerRecorded')
  return {
    commands,
    calls: commands.map(({ call }) => call),
    call(name) {
      const found = commands.find(({ call }) => call === name)
      if (!found) throw new Error(`history has no call "${name}", only ${commands.map(({ call }) => call).join(', ')}`)
      return found
    },
    timers: of('timerStarted').map(({ startToFireTimeout }) => secondsOf(startToFireTimeout)),
    cancels: of('activityTaskCancelRequested').length,
    markers: markers.map(({ markerName }) => markerName),
    localAttempts: markers
      .filter(({ markerName }) => markerName === 'core_local_activity')
      .map(({ details }) => (decode(details.data.payloads[0]) as { readonly attempt: number }).attempt),
    children: of('startChildWorkflowExecutionInitiated').map(({ workflowType, workflowId, input }) => ({
      workflow: workflowType.name,
      workflowId,
      arg: decode(input.payloads[0]),
    })),
    last: all.at(-1)?.eventType,
  }
}

function toCommand(event: Event): Command {
  const { activityType, input, retryPolicy, startToCloseTimeout, taskQueue, workflowTaskCompletedEventId } =
    event.activityTaskScheduledEventAttributes
  const [first, second] = (input.payloads as readonly Payload[]).map(decode)
  // A set-wise call has one argument: what it is about is in it.
  const about = (second ?? first) as LaneCall
  return {
    activity: activityType.name,
    call: `${phases[about.phase]}${about.step}`,
    startToClose: secondsOf(startToCloseTimeout),
    retry: [
      secondsOf(retryPolicy.initialInterval),
      retryPolicy.backoffCoefficient,
      secondsOf(retryPolicy.maximumInterval),
      retryPolicy.maximumAttempts ?? 0,
    ],
    taskQueue: taskQueue.name,
    summary: decode(event.userMetadata.summary) as string,
    arg: first,
    about,
    task: workflowTaskCompletedEventId,
  }
}
