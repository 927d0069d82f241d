import { Buffer } from 'node:buffer'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { Phase, SetCall } from '../wire/set-wise.js'

/** What the keys of barrier rows begin with, unless said otherwise. */
export const defaultPrefix = 'saga-barrier:'

const checkTag = (tag: string): string => {
  if (tag !== '' && !tag.includes('}') && !tag.includes('{')) return tag
  const rule = 'it names a hash slot and must be text without braces'
  throw new SagaError(SagaErrorCode.BarrierKey, `"${tag}" cannot be a barrier's tag: ${rule}`)
}

/** The hash that has the rows of a tag. */
export const rowsKey = (prefix: string, tag: string): string => `${prefix}{${checkTag(tag)}}`

/** What Redis Cluster hashes of a key: the text in its first braces, or all of it. */
function slotTextOf(key: string): string {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  return close > open + 1 ? key.slice(open + 1, close) : key
}

/**
 * The keys, all of them in the slot of their barrier.
 *
 * @throws SagaError SAGA_BARRIER_KEY when one is not.
 */
export function inSlot(script: string, tag: string, keys: readonly string[]): readonly string[] {
  const stray = keys.find((key) => slotTextOf(key) !== tag)
  if (stray === undefined) return keys
  const text = `barrier script "${script}": the key "${stray}" is not in the slot of its barrier`
  throw new SagaError(SagaErrorCode.BarrierKey, `${text}: write {${tag}} into it, so that both change in one script`)
}

const sized = (text: string) => `${Buffer.byteLength(text)}:${text}`

/** What the fields of a step's rows begin with; lengths keep names of any text apart. */
export const fieldPrefix = ({ saga, step }: SetCall, phase: Phase): string =>
  `${sized(saga)}${sized(step)}${phase === 'action' ? 0 : 1}`

/** A row's field, taken apart. */
export interface RowField {
  readonly saga: string
  readonly lane: string
  /** The field of the same lane's compensation. */
  readonly compensation: string
}

/** Reads a field that {@link fieldPrefix} began. */
export function parseField(field: string): RowField {
  const bytes = Buffer.from(field)
  const [saga, afterSaga] = readSized(bytes, 0)
  const [, afterStep] = readSized(bytes, afterSaga)
  const lane = bytes.subarray(afterStep + 1)
  return { saga, lane: lane.toString(), compensation: `${bytes.subarray(0, afterStep)}1${lane}` }
}

function readSized(bytes: Buffer, from: number): readonly [text: string, next: number] {
  const colon = bytes.indexOf(0x3a, from)
  const next = colon + 1 + Number(bytes.subarray(from, colon).toString())
  return [bytes.subarray(colon + 1, next).toString(), next]
}
