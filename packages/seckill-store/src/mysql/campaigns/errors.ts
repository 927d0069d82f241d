/** Reasons to refuse an admin's change of a campaign. */
export const CampaignFault = {
  NotFound: 'NOT_FOUND',
  AlreadyExists: 'ALREADY_EXISTS',
  /** The version in If-Match is not the campaign's. */
  VersionConflict: 'VERSION_CONFLICT',
  /** The campaign's state does not allow it. */
  NotAllowed: 'NOT_ALLOWED',
  /** The new total would be less than what is sold or claimed. */
  BelowSold: 'BELOW_SOLD',
  /** The operation id has been used for another change. */
  OperationReused: 'OPERATION_REUSED',
  Invalid: 'INVALID',
} as const
export type CampaignFault = (typeof CampaignFault)[keyof typeof CampaignFault]

/** A refused change of a campaign; nothing has changed. */
export class CampaignError extends Error {
  override readonly name = 'CampaignError'

  constructor(
    readonly code: CampaignFault,
    readonly voucherId: number,
    detail: string,
  ) {
    super(`Campaign ${voucherId}: ${detail}`)
  }
}
