import type { RequestHandler, Router } from 'express'
import { principalOf } from '../../auth/authenticate.js'
import { answered } from '../../http/answered.js'
import { ApiError } from '../../http/api-error.js'
import { dataHeaders } from '../../http/harden.js'
import { routes } from '../../http/routes.js'
import type { CampaignBook } from '../../purchases/campaign-book.js'
import type { GateClock } from '../../purchases/gate-clock.js'
import type { Challenge } from './challenge.js'
import type { PurchaseTokens } from './purchase-tokens.js'
import { tokenOperations } from './token-operations.js'

export interface TokenRouteDependencies {
  readonly authenticate: RequestHandler
  readonly campaigns: Pick<CampaignBook, 'recent'>
  readonly clock: GateClock
  readonly challenge: Challenge
  readonly tokens: PurchaseTokens
  /** How long before its sale begins a token is given, in milliseconds. */
  readonly leadMs: number
  readonly validMs: number
}

/** Gives purchase tokens: late, by the gate's clock, and to who has passed the challenge. */
export function tokenRoutes(dependencies: TokenRouteDependencies): Router {
  const { authenticate, challenge, tokens, validMs } = dependencies
  return routes(tokenOperations, { authenticate, before: [dataHeaders] })({
    async showChallenge({ params: { voucherId }, response }) {
      await requireTime(dependencies, voucherId)
      const { userId } = principalOf(response)
      return { status: 200, data: { task: await challenge.give({ userId, voucherId }) } }
    },
    async createPurchaseToken({ params: { voucherId }, body: { solved }, response }) {
      await requireTime(dependencies, voucherId)
      const subject = { userId: principalOf(response).userId, voucherId }
      if (!(await challenge.isPassed(subject, solved))) throw new ApiError('CHALLENGE_FAILED')
      const expiresAt = Date.now() + validMs
      return { status: 201, data: { token: tokens.sign(subject, expiresAt), expiresAt } }
    },
  })
}

/** @throws ApiError when it is too early or too late for a token of this voucher */
async function requireTime({ campaigns, clock, leadMs }: TokenRouteDependencies, voucherId: number): Promise<void> {
  const campaign = (await answered(campaigns.recent())).get(voucherId)
  if (campaign === undefined || campaign.state === 'DRAFT') throw new ApiError('VOUCHER_NOT_FOUND')
  const now = await clock.now()
  if (now === null) throw new ApiError('UNAVAILABLE', { retryAfterMs: 1_000 })
  const earlyMs = campaign.beginsAt - leadMs - now
  if (earlyMs > 0) throw new ApiError('NOT_STARTED', { retryAfterMs: earlyMs })
  if (now >= campaign.endsAt || campaign.state === 'CLOSED' || campaign.state === 'SETTLED') throw new ApiError('ENDED')
}
