import { byteLength, KeyWidth } from '../definition/check-definition.js'
import type { StepDefinition } from '../definition/definition.js'
import type { CompensationState } from '../wire/outcome.js'
import type { Lane, Parked } from './lane.js'

/** Separates a lane's key from its attempt and element in the keys that travel; lane keys and element keys cannot have it. */
export const keySeparator = '\u001f'

/** What a part's action came to; `ahead`: this execution never asked for it, a lost one may have. */
export type PartAction = 'ahead' | 'asked' | 'done' | 'refused' | 'fenced' | 'unknown'

/** One step of one lane, or one element of a list step: what is called, and what is compensated. */
export interface Part {
  readonly lane: Lane
  readonly step: StepDefinition
  /** The element's key, in a list step. */
  readonly element?: string
  readonly item?: unknown
  action: PartAction
  /** What the action returned, once it is done. */
  value?: unknown
  /** What it returned beside that, for its compensation alone. */
  undo?: unknown
  /** Absent where there is nothing to undo. */
  compensation?: CompensationState
  /** Why its compensation is stuck, while it is. */
  stuck?: Parked
  /** How long its compensation has been unconfirmed, in milliseconds of pauses. */
  unconfirmedMs?: number
  /** A message says that its compensation may be known by now. */
  isNudged?: boolean
}

/** Where a part of a lane is made. */
export function newPart(lane: Lane, step: StepDefinition, action: PartAction, element?: string, item?: unknown): Part {
  return {
    lane,
    step,
    action,
    ...(element !== undefined && { element, item }),
    ...(hasUndo(step) && { compensation: 'armed' as const }),
  }
}

/** What a compensation is told of its action; nothing where it is not known to have happened. */
export const toldOf = ({ action, value, undo }: Part) => action === 'done' && { known: true, result: value, undo }

/** True for a part whose compensation was asked for, and is not known to be done. */
export const isUnconfirmed = ({ compensation }: Part): boolean => compensation === 'unconfirmed'

/** True when a step has something to undo. */
export const hasUndo = (step: StepDefinition): boolean => step.compensate !== undefined || step.child !== undefined

/** The key under which a part's calls travel: the lane's own, unless it started over or the part is an element. */
export const keyOf = ({ lane, element }: Pick<Part, 'lane' | 'element'>): string => travelling(lane, element)

function travelling({ key, attempt }: Pick<Lane, 'key' | 'attempt'>, element?: string): string {
  if (element === undefined && attempt === 1) return key
  return [key, attempt, element ?? ''].join(keySeparator)
}

/** What is wrong with a key that no barrier could store. */
export function tooLongKey(lane: Pick<Lane, 'key' | 'attempt'>, element?: string): string | undefined {
  const bytes = byteLength(travelling(lane, element))
  if (bytes <= KeyWidth.lane) return undefined
  const parts = [`the key "${lane.key}"`, ...(element === undefined ? [] : [`with its element "${element}"`])].join(' ')
  return `${parts} is ${bytes} bytes long where ${KeyWidth.lane} are the most`
}

/** What people read: `step`, or `step[element]`. */
export const nameOf = ({ step, element }: Part): string =>
  element === undefined ? step.name : `${step.name}[${element}]`

/** The part of a lane for a step (and element), if it was made. */
export const findPart = (lane: Lane, step: StepDefinition, element?: string): Part | undefined =>
  lane.parts.find((part) => part.step === step && part.element === element)
