import type { RushResult } from '../rush/index.js'

/** The results of requests, for people. */
export const resultNames: Readonly<Record<RushResult, string>> = {
  accepted: 'accepted',
  soldOut: 'sold out',
  duplicate: 'bought already',
  rejected: 'rejected',
  failed: 'failed',
}
