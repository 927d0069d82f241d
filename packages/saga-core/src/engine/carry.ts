import type { StepDefinition } from '../definition/definition.js'
import { partName, stepOfName } from '../wire/names.js'
import type { LaneEnd } from '../wire/outcome.js'
import type { AuditEntry, Operated } from './outside/operation.js'
import { type Lane, named, newLane, newPart, type Part, toLaneEnd } from './run/lane.js'

/** What a run knows beside its lanes, and the run that it continues as has to know; all of it is carried. */
interface CarriedFacts {
  readonly version: number
  /** Epoch milliseconds. */
  readonly startedAt: number
  readonly attempt: number
  readonly placement: Readonly<Record<string, string>>
  /** `true` once the run's cancellation was requested: Temporal does not tell the new run. */
  readonly cancelRequested: boolean
  readonly audit: readonly AuditEntry[]
  readonly operations: { readonly [operationId: string]: Operated }
  readonly unusedMessages: number
}

/** The JSON that a run passes to the run that it continues as; its key tells it from an input. */
export interface CarriedRun {
  readonly 'saga-core/carried': CarriedFacts & {
    readonly lanes: number
    readonly completed: number
    readonly except: readonly LaneEnd[]
    readonly open: readonly SlimLane[]
  }
}

/** All fields of a T: those of `TAs` in another form, and those of `TAnew`, which a new run makes itself, left out. */
type Carried<T, TAs, TAnew extends keyof T> = Omit<T, keyof TAs | TAnew> & TAs

type CarriedLane = Carried<
  Lane,
  {
    /** Epoch milliseconds; `null` for a lane without a deadline. */
    readonly deadline: number | null
    readonly results: Readonly<Record<string, unknown>>
    readonly parts: readonly CarriedPart[]
  },
  'wakesAt'
>

/** A part with the name under which it was started. */
type CarriedPart = Carried<Part, { readonly step: string }, 'lane' | 'startedAs'>

/** The fields of most lanes and parts, which are not carried: a run of 2,000 lanes with ten steps has to fit into an input. */
const usual = {
  attempt: 1,
  deadline: null,
  pastPivot: false,
  results: {},
  inbox: {},
  partly: [] as string[],
  retries: {},
} as const
const usualPart = { action: 'done', compensation: 'armed' } as const

/** A lane without the fields that are as in most lanes; a part that is as most are is the name of its step. */
type SlimLane = Slim<Omit<CarriedLane, 'parts'>, keyof typeof usual> & {
  readonly parts: readonly (SlimPart | string)[]
}
type SlimPart = Slim<CarriedPart, keyof typeof usualPart>
type Slim<T, TUsual extends keyof T> = Omit<T, TUsual> & Partial<Pick<T, TUsual>>

/** Leaves out the fields that are as in most. */
function slim<T extends object, TUsual extends keyof T>(full: T, most: Pick<T, TUsual>): Slim<T, TUsual> {
  const isUsual = (name: string) => Object.hasOwn(most, name) && isEqual(full[name as TUsual], most[name as TUsual])
  return Object.fromEntries(
    Object.entries(full).filter(([name, value]) => value !== undefined && !isUsual(name)),
  ) as Slim<T, TUsual>
}

function isEqual(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other))
}

/** Reports whether a workflow's argument is a carried run and not an input. */
export function isCarried(input: unknown): input is CarriedRun {
  return typeof input === 'object' && input !== null && 'saga-core/carried' in input
}

/** The open lanes, and the ends of the others. */
export function carryLanes(lanes: readonly Lane[]) {
  const ended = lanes.filter((lane) => lane.status === 'ended')
  return {
    completed: ended.filter((lane) => lane.outcome === 'completed').length,
    except: ended.filter((lane) => lane.outcome !== 'completed' || lane.partly.length > 0).map(toLaneEnd),
    open: lanes.filter((lane) => lane.status !== 'ended').map(toCarried),
  }
}

function toCarried({ parts, deadline, wakesAt: _, ...lane }: Lane): SlimLane {
  const full = {
    ...lane,
    ...underStartedNames(lane, parts),
    deadline: deadline === Number.POSITIVE_INFINITY ? null : deadline,
  }
  return { ...slim(full, usual), parts: parts.map(toCarriedPart) }
}

/** The position and the results of a lane, where a part of it was started under another name than its step has now. */
function underStartedNames(
  { at, parked, results }: Pick<Lane, 'at' | 'parked' | 'results'>,
  parts: readonly Part[],
): Partial<Pick<Lane, 'at' | 'parked' | 'results'>> {
  const names = new Map(
    parts.flatMap((part) => (part.startedAs === undefined ? [] : [[part.step.name, part.startedAs]])),
  )
  if (names.size === 0) return {}
  const started = (name: string) => names.get(name) ?? name
  const step = parked?.step.replace(stepOfName(parked.step), started)
  return {
    at: started(at),
    ...(parked && { parked: { ...parked, step: step as string } }),
    results: Object.fromEntries(Object.entries(results).map(([name, result]) => [started(name), result])),
  }
}

/** A part; its value is left out where the lane's results have it. */
function toCarriedPart({ lane, step, startedAs, ...part }: Part): SlimPart | string {
  const name = startedAs ?? step.name
  const stuck = part.stuck && { ...part.stuck, step: partName(name, part.element) }
  const own = slim<CarriedPart, keyof typeof usualPart>({ ...part, ...(stuck && { stuck }), step: name }, usualPart)
  // What a lost step may owe is known by this alone.
  if (part.action !== 'done' && part.compensation === 'armed') Object.assign(own, { compensation: part.compensation })
  const { value, ...valueless } = own
  const shown = isInResults(lane, step, part) ? valueless : own
  return Object.keys(shown).length === 1 ? name : shown
}

/** Reports whether the result of a part is that of its step. */
function isInResults(
  { results }: Lane,
  { name, elements }: StepDefinition,
  { action, value }: Omit<Part, 'lane' | 'step'>,
) {
  return action === 'done' && !elements && isEqual(results[name], value)
}

/** Restores a carried lane. A step that the definition no longer has is lost: a step of its name alone stands for it. */
export function fromCarried(steps: readonly StepDefinition[], carried: SlimLane): Lane {
  const { parts, deadline, ...rest } = { ...usual, ...carried }
  const lane = newLane(rest.key, rest.input, rest.attempt, deadline ?? Number.POSITIVE_INFINITY)
  Object.assign(lane, rest, {
    results: named(rest.results),
    inbox: named(rest.inbox),
    retries: named(rest.retries),
    partly: [...rest.partly],
  })
  for (const one of parts) {
    const { step: name, element, item, ...part } = typeof one === 'string' ? { step: one } : one
    const known = steps.find((one) => one.name === name)
    const step = known ?? toLostStep(name, carried, part)
    const restored = newPart(lane, step, usualPart.action, element, item)
    // A lost step may have an effect that it owes.
    if (!known && part.action === undefined) restored.compensation = usualPart.compensation
    Object.assign(restored, part)
    if (restored.value === undefined && isInResults(lane, step, { ...restored, value: lane.results[name] }))
      restored.value = lane.results[name]
    lane.parts.push(restored)
  }
  return lane
}

/** A step that the definition has lost. Where a lane stands at it and may have to be taken for past its pivot, it is one. */
function toLostStep(
  name: string,
  { status, at }: Pick<SlimLane, 'status' | 'at'>,
  { action = usualPart.action, compensation }: Partial<Pick<SlimPart, 'action' | 'compensation'>>,
): StepDefinition {
  const isHarmless = compensation !== undefined || action === 'done' || (status === 'waiting' && at === name)
  const kind = isHarmless ? 'compensatable' : 'pivot'
  return { kind, name, onUnknown: 'park', independent: false, optional: false }
}
