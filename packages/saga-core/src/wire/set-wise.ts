import type { LaneAnswer, StepAnswer } from './answer.js'
import { type Column, type Columns, fromColumns, type Json, toColumns } from './columns.js'
import type { ToldCause } from './outcome.js'
import type { ResultIn, UndoIn } from './with-undo.js'

/** The kind of a call: a step's action or compensation, or one of its questions `verify` and `decide`. */
export type Phase = 'action' | 'compensation' | 'verify' | 'decide'

/** The saga, step and phase of a set-wise call. */
export interface SetCall {
  readonly saga: string
  readonly step: string
  readonly phase: Phase
  readonly workflowId: string
}

/** One lane of a set-wise call. */
export interface SetLane<TArg = unknown, TResult = unknown> {
  readonly key: string
  readonly arg: TArg
  /** In a compensation: `true` when the step is known to have happened, even if it returned nothing. */
  readonly known?: boolean
  /** In a compensation: the result of the step, if it is known. */
  readonly result?: ResultIn<TResult>
  /** In a compensation: the undo data that the step returned by `withUndo`. */
  readonly undo?: UndoIn<TResult>
  /** In a compensation: the cause for which the lane rolled back. */
  readonly cause?: ToldCause
  /** In a decision: the event that it is asked for. */
  readonly intent?: Intent
}

/** The event for which a wait's `decide` is called. */
export type Intent =
  | { readonly on: 'message'; readonly message: Message }
  | { readonly on: 'deadline' }
  | { readonly on: 'cancel' }

/** A message to a waiting lane: the result of the wait, or the code of a refusal. */
export type Message = { readonly value: unknown } | { readonly refuse: string }

/** The payload of a set-wise call. */
export interface SetRequest extends SetCall {
  /** The lanes' keys, or the field of the arguments that holds them, which keeps the payload small. */
  readonly keys: readonly string[] | { readonly field: string }
  readonly args: Columns<unknown>
  readonly results?: Columns<Pick<SetLane, 'known' | 'result' | 'undo'>>
  readonly causes?: Columns<{ readonly cause?: ToldCause }>
  readonly intents?: Columns<Intent>
}

/** The payload of a set-wise answer: the lanes that are not simply done, and the values of the others. */
export interface SetReport {
  readonly count: number
  readonly keysHash: string
  readonly except: readonly ReportedException[]
  readonly values?: Columns<{ readonly value?: unknown }>
}

type ReportedException =
  | {
      readonly at: number
      readonly status: 'refused'
      readonly code: string
      readonly details?: Json
      readonly definite?: boolean
    }
  | { readonly at: number; readonly status: 'fenced' | 'pending' }
  | { readonly at: number; readonly status: 'unknown'; readonly code: string; readonly message: string }

/** Encodes a set-wise call. */
export function toSetRequest(call: SetCall, lanes: readonly SetLane[]): SetRequest {
  const undo = call.phase === 'compensation'
  const keys = lanes.map((lane) => lane.key)
  const args = toColumns(lanes.map((lane) => lane.arg))
  const field = fieldOf(args, keys)
  return {
    ...call,
    keys: field === undefined ? keys : { field },
    args,
    ...(undo && { results: toColumns(lanes.map(toldOf)) }),
    ...(undo && { causes: toColumns(lanes.map((lane) => (lane.cause ? { cause: lane.cause } : {}))) }),
    ...(call.phase === 'decide' && { intents: toColumns(lanes.map((lane) => lane.intent as Intent)) }),
  }
}

function toldOf({ known, result, undo }: SetLane) {
  return known ? { known, result, ...(undo !== undefined && { undo }) } : {}
}

/** The field of the arguments that equals each lane's key; `undefined` if there is none. */
function fieldOf(args: Columns<unknown>, keys: readonly string[]): string | undefined {
  if ('rows' in args) return undefined
  const isKey = ([, column]: [string, Column]) => 'each' in column && keys.every((key, at) => column.each[at] === key)
  return Object.entries(args.fields).find(isKey)?.[0]
}

/** Decodes a set-wise call into its lanes. */
export function fromSetRequest(request: SetRequest): readonly SetLane[] {
  const args = fromColumns(request.args)
  const results = request.results && fromColumns(request.results)
  const causes = request.causes && fromColumns(request.causes)
  const intents = request.intents && fromColumns(request.intents)
  const { keys } = request
  const keyAt =
    'field' in keys ? (at: number) => (args[at] as Record<string, string>)[keys.field] : (at: number) => keys[at]
  return args.map((arg, at) => ({
    key: keyAt(at) as string,
    arg,
    ...results?.[at],
    ...causes?.[at],
    ...(intents && { intent: intents[at] as Intent }),
  }))
}

/** A checked answer of a worker: `unknown` for a lane whose answer cannot be trusted. */
export type CheckedAnswer = LaneAnswer | { key: string; status: 'unknown'; code: string; message: string }

/** Encodes answers given in the order of `keys`. */
export function toSetReport(keys: readonly string[], answers: readonly CheckedAnswer[]): SetReport {
  const except: ReportedException[] = []
  answers.forEach((answer, at) => {
    if (answer.status === 'done') return
    const { key: _, ...rest } = answer
    except.push({ at, ...rest })
  })
  const values = answers.map((answer) => (answer.status === 'done' && 'value' in answer ? { value: answer.value } : {}))
  const hasValues = values.some((value) => 'value' in value)
  return { count: keys.length, keysHash: hashKeys(keys), except, ...(hasValues && { values: toColumns(values) }) }
}

/** Decodes a report for these keys; `undefined` for a value that is no report, or the report of other keys. */
export function fromSetReport(keys: readonly string[], report: unknown): readonly StepAnswer[] | undefined {
  if (!isSetReport(report) || report.count !== keys.length || report.keysHash !== hashKeys(keys)) return undefined
  const values = report.values && fromColumns(report.values)
  const answers: StepAnswer[] = keys.map((_, at) => ({ status: 'done', value: values?.[at]?.value }))
  for (const { at, ...answer } of report.except) {
    if (answers[at] === undefined || !exceptions.has(answer.status)) return undefined
    answers[at] = answer as StepAnswer
  }
  return answers
}

const exceptions: ReadonlySet<string> = new Set(['refused', 'fenced', 'pending', 'unknown'])

function isSetReport(report: unknown): report is SetReport {
  return typeof report === 'object' && report !== null && 'keysHash' in report && 'except' in report
}

/** Read once: in a workflow's sandbox each read of a global is slow, and this one is called for each character. */
const { imul } = Math

/** A 53-bit hash of the keys in their order (cyrb53), by which a report is matched with its call without sending the keys back. */
export function hashKeys(keys: readonly string[]): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (const key of keys) {
    for (let at = 0; at <= key.length; at++) {
      const code = at === key.length ? 0x1f : key.charCodeAt(at)
      high = imul(high ^ code, 2654435761)
      low = imul(low ^ code, 1597334677)
    }
  }
  high = imul(high ^ (high >>> 16), 2246822507) ^ imul(low ^ (low >>> 13), 3266489909)
  low = imul(low ^ (low >>> 16), 2246822507) ^ imul(high ^ (high >>> 13), 3266489909)
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
}
