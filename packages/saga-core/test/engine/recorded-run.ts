import { onTestFinished } from 'vitest'
import { setWise } from '../../src/activity/set-wise.js'
import type { LaneCall, SetWiseActivity } from '../../src/definition/activity-types.js'
import type { SagaDefinition } from '../../src/definition/definition.js'
import { createBatch } from '../../src/engine/batch.js'
import type { CarriedRun } from '../../src/engine/carry.js'
import type { ActivityRequest, CallEnds, SagaRuntime } from '../../src/engine/run/runtime.js'
import type { RunOptions } from '../../src/engine/start.js'
import { inMemoryRuntime } from '../../src/testing/in-memory-runtime.js'
import { done, type LaneAnswer } from '../../src/wire/answer.js'
import type { SagaReport } from '../../src/wire/outcome.js'
import type { Phase, SetCall, SetLane } from '../../src/wire/set-wise.js'

/** A lane's input. */
export interface Errand {
  readonly id: string
  readonly items?: readonly string[]
}

/** The key of an errand's lane. */
export function key({ id }: Errand): string {
  return id
}

type LaneActivity = (arg: Errand | undefined, call: LaneCall) => Promise<string>

/** Activities that follow a test's script, per lane and set-wise. */
export type LaneActivities = Record<'act' | 'undo' | 'ask', LaneActivity>
export type SetActivities = Record<'act' | 'undo' | 'ask', SetWiseActivity<Errand | undefined, string>>

/** One attempt and no pause: a step that fails is unknown at once. */
export const once = { startToCloseMs: 100, retry: { attempts: 1 } } as const

/** A step with an undo, either of which is tried once. */
export const step = { invoke: 'act', compensate: 'undo', compensation: once, onUnknown: 'compensate', ...once } as const

/** A list step with an undo, either of which is tried once. */
export const eachItem = {
  ...step,
  items: ({ input }: { readonly input: Errand }) => input.items ?? [],
  key: (item: string) => item,
  arg: ({ item }: { readonly item: string }) => ({ id: item }),
} as const

/** The answers of steps by `<phase> <step>` or `<phase> <step> <lane>`; a step without an entry is done. */
export type LaneScript = { readonly [when: string]: (call: LaneCall) => unknown }

function wordOf<T>(script: { readonly [when: string]: T }, { step: name, phase }: SetCall, key: string): T | undefined {
  return script[`${phase} ${name} ${key}`] ?? script[`${phase} ${name}`]
}

/** Per-lane activities by a script. */
export function laneActivities(script: LaneScript): LaneActivities {
  const act: LaneActivity = async (_, call) => (await wordOf(script, call, call.lane)?.(call)) as string
  return { act, undo: act, ask: act }
}

/** The answers of set-wise steps for one lane; a throw fails the whole call. */
export type SetScript = { readonly [when: string]: (lane: SetLane<Errand>) => LaneAnswer<string> }

/** Set-wise activities by a script. */
export function setActivities(script: SetScript): SetActivities {
  const act = setWise<Errand, string>(async (lanes, call) =>
    lanes.map((lane) => wordOf(script, call, lane.key)?.(lane) ?? done(lane.key)),
  ) as SetActivities['act']
  return { act, undo: act, ask: act }
}

/** A call of the run with its time, in milliseconds of the run's clock. */
export interface Recorded extends ActivityRequest {
  readonly at: number
}

export interface RecordedOptions extends RunOptions {
  /** The methods in which the host differs from the in-memory runtime. */
  readonly host?: Partial<SagaRuntime>
}

/** A change of what the library does. */
export type LibraryChange = Parameters<SagaRuntime['isCurrent']>[0]

/** A host in the replay of a run that began before these changes of the library. */
export function before(...changes: LibraryChange[]): Pick<SagaRuntime, 'isCurrent'> {
  return { isCurrent: (change) => !changes.includes(change) }
}

/** Starts a run in memory and records the requests to its host. A run that is open when its test ends goes no further. */
export function recordedRun(
  definition: unknown,
  inputs: readonly unknown[] | CarriedRun,
  activities: Partial<LaneActivities | SetActivities> = {},
  { host = {}, ...options }: RecordedOptions = {},
) {
  const calls: Recorded[] = []
  const timers: number[] = []
  const cancelled: number[] = []
  const calledOff: string[] = []
  const inner = inMemoryRuntime({ workflowId: 'run-1', activities: activities as Record<string, LaneActivity> })
  onTestFinished(() => inner.abandon())
  const runtime = {
    ...inner,
    call: (request: ActivityRequest) => {
      calls.push({ ...request, at: inner.now() })
      const { opened } = request
      if (!opened) return inner.call(request)
      const recorded = (ends: CallEnds) =>
        opened({
          ...ends,
          callOff: () => {
            calledOff.push(request.summary)
            ends.callOff()
          },
        })
      return inner.call({ ...request, opened: recorded })
    },
    sleep: (ms: number) => {
      timers.push(ms)
      return inner.sleep(ms)
    },
    timer: (ms: number) => {
      timers.push(ms)
      const { over, cancel } = inner.timer(ms)
      const noted = () => {
        cancelled.push(ms)
        cancel()
      }
      return { over, cancel: noted }
    },
    ...host,
  }
  const batch = createBatch(definition as SagaDefinition, inputs, runtime, options)
  const ended = batch.run()
  // A test looks at the run itself or at its end.
  ended.catch(() => undefined)
  return {
    batch,
    runtime,
    calls,
    /** The duration of each timer, in milliseconds. */
    timers,
    /** The duration of each timer that was cancelled. */
    cancelled,
    /** The summaries of the calls that were called off, in order. */
    calledOff,
    ended,
    report: ended as Promise<SagaReport>,
    /** `<phase> <step>` of each per-lane call, in order. */
    asked: () => calls.map(({ args }) => `${phaseOf(args[1] as LaneCall)} ${(args[1] as LaneCall).lane}`),
    lane: (key: string) => batch.lane(key),
    /** Resolves when that lane has that status. */
    until: (key: string, status: string) => runtime.until(() => batch.lane(key)?.status === status),
  }
}

function phaseOf({ phase, step: name }: { readonly phase: Phase; readonly step: string }) {
  return `${phase} ${name}`
}
