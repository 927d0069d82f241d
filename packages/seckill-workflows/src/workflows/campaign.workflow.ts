// One run a campaign. It plans what is due next, waits until then or until it is told of a change, and makes the move in MySQL:
//   DRAFT → WARM → OPEN before it begins, on autopilot                         warm, open
//   OPEN or PAUSED → CLOSED after it ended, on autopilot                       close
//   CLOSED → SETTLED with its certificate, once nothing of it is on its way    settle
// An operator's change is decided by MySQL, not here: the run is told afterwards, and a move planned before it is refused by its version.
import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { CampaignActivities } from '../activities/campaign/index.js'
import {
  type CampaignPlan,
  type CampaignRun,
  notAtRestFailure,
  type SettleAnswer,
  type SettleRequest,
} from '../contract/campaign.js'
import { campaignChangedSignal, campaignSettleUpdate } from '../contract/names.js'

const changed = defineSignal<[version: number]>(campaignChangedSignal)
const settleNow = defineUpdate<SettleAnswer, [SettleRequest]>(campaignSettleUpdate)

const { planCampaign, moveCampaign } = proxyActivities<CampaignActivities>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
})
/** A sale of many purchases takes minutes to account for. */
const accounting = { startToCloseTimeout: '30m', heartbeatTimeout: '30s' } as const
/** Temporal's retries ask again whether the campaign is at rest: they leave no events, and the last answer shows. */
const untilAtRest = proxyActivities<CampaignActivities>({
  ...accounting,
  retry: { initialInterval: '2s', backoffCoefficient: 1.5, maximumInterval: '1m' },
})
const once = proxyActivities<CampaignActivities>({ ...accounting, retry: { maximumAttempts: 1 } })

/** Events after which a run continues as new. */
const longHistory = 1_000

/** Takes a campaign from its draft to its certificate. */
export async function campaign(...[voucherId]: Parameters<CampaignRun>): ReturnType<CampaignRun> {
  const news = listen(voucherId)
  const isOutdated = () => news.arrived() || isLong()
  const isOver = () => news.isSettled() || isLong()
  let plan = await news.plan()
  while (plan !== null && plan.state !== 'SETTLED' && !isLong()) {
    if (await isDue(plan, isOutdated)) await make(voucherId, plan, isOver)
    plan = await news.plan()
  }
  await condition(allHandlersFinished)
  if (plan !== null && plan.state !== 'SETTLED') await continueAsNew<CampaignRun>(voucherId)
}

function isLong(): boolean {
  return workflowInfo().historyLength >= longHistory
}

/** The changes that the run is told of, each newer than its plan. */
interface News {
  /** Reads the campaign; what arrives from now on is news. `null` for one that MySQL does not have. */
  plan(): Promise<CampaignPlan | null>
  arrived(): boolean
  /** An operator had it settled. */
  isSettled(): boolean
}

function listen(voucherId: number): News {
  let known = 0
  let hasNews = false
  let settled = false
  setHandler(changed, (version) => {
    hasNews ||= version > known
  })
  const settle = async (request: SettleRequest): Promise<SettleAnswer> => {
    const answer = await settleOnce(voucherId, request)
    settled ||= answer.settled
    return answer
  }
  setHandler(settleNow, settle, { validator: assertReason })
  return {
    async plan() {
      hasNews = false
      const plan = await planCampaign(voucherId)
      known = plan?.version ?? 0
      setCurrentDetails(detailsOf(plan))
      return plan
    },
    arrived: () => hasNews,
    isSettled: () => settled,
  }
}

/** Reports whether the move is due; `false` when the run has to plan anew first. */
async function isDue({ next }: CampaignPlan, isOutdated: () => boolean): Promise<boolean> {
  if (next === null) await condition(isOutdated)
  return next !== null && !(await condition(isOutdated, next.inMs))
}

async function make(voucherId: number, { next, version }: CampaignPlan, isOver: () => boolean): Promise<void> {
  if (next === null || next.move === 'plan') return
  if (next.move === 'settle') await Promise.race([untilAtRest.settleCampaign(voucherId), condition(isOver)])
  else await moveCampaign(voucherId, next.move, version)
}

async function settleOnce(voucherId: number, request: SettleRequest): Promise<SettleAnswer> {
  try {
    await once.settleCampaign(voucherId, request)
    return { settled: true }
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : undefined
    if (!(cause instanceof ApplicationFailure) || cause.type !== notAtRestFailure) throw error
    return { settled: false, because: (cause.details ?? []) as string[] }
  }
}

/** @throws {ApplicationFailure} when a sale is to be settled as it is without a reason */
function assertReason({ asItIs = false, reason = '' }: SettleRequest): void {
  if (!asItIs || reason.trim() !== '') return
  throw ApplicationFailure.nonRetryable('To settle a sale as it is takes a reason.', 'CampaignReasonMissing')
}

/** The state of the run, for Temporal's Web UI. */
function detailsOf(plan: CampaignPlan | null): string {
  if (plan === null) return 'MySQL has no such campaign.'
  const { state, version, next } = plan
  const due = next === null ? 'nothing is due' : `${next.move} at ${new Date(Date.now() + next.inMs).toISOString()}`
  return `${state}, version ${version}: ${due}.`
}
