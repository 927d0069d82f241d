import { hash } from 'node:crypto'
import { campaignLimits, isWithin, type Limits } from '../campaign-limits.js'
import { GateInputError } from './errors.js'
import { parseReservationId } from './reservation-id.js'

const runIdForm = /^[\w.:-]{1,200}$/
const digestLength = 22

/** @throws {GateInputError} unless the value is a positive safe integer */
export function requireId(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new GateInputError(`${name} must be a positive integer, not ${String(value)}.`)
}

/** @throws {GateInputError} unless the value is an integer within the limits */
export function requireWithin(name: string, value: number, limits: Limits): number {
  if (isWithin(value, limits)) return value
  throw new GateInputError(`${name} must be an integer from ${limits.least} to ${limits.most}, not ${String(value)}.`)
}

/** @throws {GateInputError} unless the value is an integer from `least` to a campaign's greatest total */
export function requireUnits(name: string, value: number, least: number): number {
  return requireWithin(name, value, { ...campaignLimits.total, least })
}

/** @throws {GateInputError} unless the run id is a plain word of at most 200 characters */
export function requireRunId(runId: string): string {
  if (runIdForm.test(runId)) return runId
  throw new GateInputError(`A run id has 1 to 200 letters, digits and . _ : -, unlike ${JSON.stringify(runId)}.`)
}

/** The tail of a reservation of this voucher, or null: the gate cannot know such a reservation. */
export function tailOf(voucherId: number, reservationId: string): string | null {
  const id = parseReservationId(reservationId)
  return id?.voucherId === voucherId ? id.tail : null
}

/** @throws {GateInputError} unless the text is a reservation id of this voucher */
export function requireTail(voucherId: number, reservationId: string): string {
  const tail = tailOf(voucherId, reservationId)
  if (tail !== null) return tail
  throw new GateInputError(
    `${JSON.stringify(reservationId)} is no reservation of voucher ${voucherId}; make one with newReservationId.`,
  )
}

/** 128 bits of an idempotency key, so that its length costs no memory; '' for none. */
export function keyDigestOf(idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return ''
  return hash('sha256', idempotencyKey, 'base64url').slice(0, digestLength)
}
