import { campaignLimits, isWithin, type Limits } from '../../campaign-limits.js'
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

const operationIdForm = /^[\x21-\x7e]{1,64}$/

/** @throws {CampaignError} INVALID, naming the first wrong value */
export function assertTerms(voucherId: number, terms: CampaignTerms): void {
  assertWithin(voucherId, 'beginsAt', terms.beginsAt, campaignLimits.beginsAt)
  assertWithin(voucherId, 'endsAt', terms.endsAt, { ...campaignLimits.endsAt, least: terms.beginsAt + 1 })
  assertWithin(voucherId, 'limitPerUser', terms.limitPerUser, campaignLimits.limitPerUser)
  assertWithin(voucherId, 'priceMinor', terms.priceMinor, campaignLimits.priceMinor)
  assertWithin(voucherId, 'payWindowMs', terms.payWindowMs, campaignLimits.payWindowMs)
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

/** @throws {CampaignError} INVALID when a value is no integer within the limits */
export function assertWithin(voucherId: number, name: string, value: number, limits: Limits): void {
  if (isWithin(value, limits)) return
  const { least, most } = limits
  throw new CampaignError('INVALID', voucherId, `${name} is ${value}; it must be an integer from ${least} to ${most}`)
}
