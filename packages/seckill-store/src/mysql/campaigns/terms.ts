import { CampaignError } from './errors.js'

/** The terms that an admin sets; times in epoch milliseconds, `beginsAt` in the window, `endsAt` out of it. */
export interface CampaignTerms {
  readonly beginsAt: number
  readonly endsAt: number
  readonly limitPerUser: number
  /** Price of one unit in minor units. */
  readonly priceMinor: number
  readonly payWindowMs: number
}

/** A claim is one row a unit, so a limit is kept small. */
export const maxLimitPerUser = 1_000

const operationIdForm = /^[\x21-\x7e]{1,64}$/

/** @throws {CampaignError} INVALID, naming the first wrong value */
export function assertTerms(voucherId: number, terms: CampaignTerms): void {
  assertInteger(voucherId, 'beginsAt', terms.beginsAt, 0)
  assertInteger(voucherId, 'endsAt', terms.endsAt, terms.beginsAt + 1)
  assertInteger(voucherId, 'limitPerUser', terms.limitPerUser, 1, maxLimitPerUser)
  assertInteger(voucherId, 'priceMinor', terms.priceMinor, 0)
  assertInteger(voucherId, 'payWindowMs', terms.payWindowMs, 1)
}

/** @throws {CampaignError} INVALID when an operation id is not 1 to 64 printable ASCII characters */
export function assertOperationId(voucherId: number, operationId: string): void {
  if (!operationIdForm.test(operationId)) {
    throw new CampaignError(
      'INVALID',
      voucherId,
      'an operation id must be 1 to 64 printable ASCII characters without blanks',
    )
  }
}

/** @throws {CampaignError} INVALID when a value is no integer between `least` and `most` */
export function assertInteger(
  voucherId: number,
  name: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return
  throw new CampaignError('INVALID', voucherId, `${name} is ${value}; it must be an integer from ${least} to ${most}`)
}
