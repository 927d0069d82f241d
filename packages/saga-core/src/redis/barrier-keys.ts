import { Buffer } from 'node:buffer'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { Phase, SetCall } from '../wire/set-wise.js'

/** The default prefix of the keys of barrier rows. */
export const defaultPrefix = 'saga-barrier:'

function checkTag(tag: string): string {
  if (tag !== '' && !tag.includes('}') && !tag.includes('{')) return tag
  const rule = 'it names a hash slot and must be text without braces'
  throw new SagaError(SagaErrorCode.BarrierKey, `"${tag}" cannot be a barrier's tag: ${rule}`)
}

/**
 * The key of the hash with the rows of a tag.
 *
 * @throws SagaError SAGA_BARRIER_KEY when the tag is empty or has braces.
 */
export function rowsKey(prefix: string, tag: string): string {
  return `${prefix}{${checkTag(tag)}}`
}

/** The text of a key that Redis Cluster hashes: its first hash tag, or the whole key. */
function slotTextOf(key: string): string {
  const open = key.indexOf('{')
  const close = open < 0 ? -1 : key.indexOf('}', open + 1)
  return close > open + 1 ? key.slice(open + 1, close) : key
}

/**
 * The keys, checked to be in the hash slot of their barrier.
 *
 * @throws SagaError SAGA_BARRIER_KEY with the first key that is in another slot.
 */
export function inSlot(script: string, tag: string, keys: readonly string[]): readonly string[] {
  const stray = keys.find((key) => slotTextOf(key) !== tag)
  if (stray === undefined) return keys
  const text = `barrier script "${script}": the key "${stray}" is not in the slot of its barrier`
  throw new SagaError(SagaErrorCode.BarrierKey, `${text}: write {${tag}} into it, so that both change in one script`)
}

function sized(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`
}

/** The prefix of the hash fields of a step's rows; byte lengths keep names of any text apart. */
export function fieldPrefix({ saga, step }: SetCall, phase: Phase): string {
  return `${sized(saga)}${sized(step)}${phase === 'action' ? 0 : 1}`
}

/** The parts of a row's hash field. */
export interface RowField {
  readonly saga: string
  readonly lane: string
  /** The field of the same lane's compensation. */
  readonly compensation: string
}

/** Takes a hash field apart that begins with a {@link fieldPrefix}. */
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
