import { heartbeat } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import type { LimitFunction } from 'p-limit'
import { type SaleAccount, saleAccount } from 'seckill-store/invariants'
import { CampaignError, findCampaign, settleCampaign } from 'seckill-store/mysql'
import { onItsWay } from 'seckill-store/recovery'
import { countRuns } from '../../client/count-runs.js'
import { notAtRestFailure, type SettleRequest } from '../../contract/campaign.js'
import { actorOf } from './actor.js'
import type { CampaignDependencies } from './dependencies.js'

const heartbeatMs = 5_000

/** A sale is in memory while its certificate is made: one at a time. */
type Settler = CampaignDependencies & { readonly inTurn: LimitFunction }

/**
 * Signs and stores the certificate of a closed campaign and settles it, in one transaction; a settled one stays as it is.
 * @throws {ApplicationFailure} CampaignNotAtRest
 */
export async function settle(
  settler: Settler,
  voucherId: number,
  request: SettleRequest = { actor: actorOf(voucherId), reason: 'nothing of it is on its way' },
): Promise<void> {
  if ((await findCampaign(settler.db, voucherId))?.state === 'SETTLED') return
  assertNone(voucherId, await onItsWay(settler, voucherId))
  const beating = setInterval(() => heartbeat(), heartbeatMs)
  try {
    await settler.inTurn(() => settleWithCertificate(settler, voucherId, request))
  } finally {
    clearInterval(beating)
  }
}

async function settleWithCertificate(
  settler: Settler,
  voucherId: number,
  { asItIs = false, actor, reason }: SettleRequest,
): Promise<void> {
  const account = await accountOf(settler, voucherId)
  assertNone(voucherId, openRuns(account))
  if (!asItIs) assertNone(voucherId, failingChecks(account))
  const { version } = account.figures.campaign
  const certificate = await settler.sign(account)
  await settleCampaign(settler.db, voucherId, { actor, reason, version, certificate }).catch(asNotAtRest(voucherId))
}

async function accountOf({ db, gate, temporal }: CampaignDependencies, voucherId: number): Promise<SaleAccount> {
  return saleAccount({ db, gate, voucherId, runs: await countRuns(temporal, voucherId) })
}

/** A run that no worker has begun has no purchase in MySQL yet. */
function openRuns({ figures: { runs } }: SaleAccount): readonly string[] {
  return runs.open.length > 0 ? [`${runs.open.length} purchase runs are open, first ${runs.open[0]}`] : []
}

/** A certificate never changes: one that says that the sale does not add up would say so after it was mended. */
function failingChecks({ figures: { invariants } }: SaleAccount): readonly string[] {
  const failing = invariants.checks.filter(({ ok }) => ok !== true)
  return failing.map(({ name, ok, detail }) => `${ok === null ? 'unknown' : 'broken'}: ${name}: ${detail}`)
}

function assertNone(voucherId: number, because: readonly string[]): void {
  if (because.length > 0) throw notAtRest(voucherId, because)
}

/** A purchase that appeared, or a campaign that is not closed: MySQL has the last word. */
function asNotAtRest(voucherId: number): (error: unknown) => never {
  return (error) => {
    throw error instanceof CampaignError ? notAtRest(voucherId, [error.message]) : error
  }
}

function notAtRest(voucherId: number, because: readonly string[]): ApplicationFailure {
  const message = `Campaign ${voucherId} cannot settle yet: ${because.join('; ')}`
  return ApplicationFailure.create({ message, type: notAtRestFailure, details: [...because] })
}
