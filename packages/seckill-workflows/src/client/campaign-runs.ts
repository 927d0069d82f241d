import { type Client, WithStartWorkflowOperation, WorkflowIdConflictPolicy } from '@temporalio/client'
import type { CampaignRun, SettleAnswer, SettleRequest } from '../contract/campaign.js'
import {
  campaignChangedSignal,
  campaignRunId,
  campaignSettleUpdate,
  campaignTaskQueue,
  campaignWorkflow,
} from '../contract/names.js'

/** A version of a campaign that MySQL has. */
export interface ChangedCampaign {
  readonly voucherId: number
  readonly version: number
}

function startOptions(voucherId: number) {
  return {
    workflowId: campaignRunId(voucherId),
    taskQueue: campaignTaskQueue,
    args: [voucherId] as [number],
    memo: { voucherId },
    staticSummary: `campaign of voucher ${voucherId}`,
  }
}

/**
 * Tells the run of a campaign that it changed, and starts it where there is none. A run that has the version ignores it.
 * @throws ServiceError when Temporal does not answer; it may have been told
 */
export async function tellCampaign(client: Client, { voucherId, version }: ChangedCampaign): Promise<void> {
  await client.workflow.signalWithStart(campaignWorkflow, {
    ...startOptions(voucherId),
    signal: campaignChangedSignal,
    signalArgs: [version],
  })
}

/**
 * Starts the run of a campaign where there is none; one that is there has no event of it.
 * @throws ServiceError when Temporal does not answer; it may have been started
 */
export async function ensureCampaign(client: Client, voucherId: number): Promise<void> {
  const workflowIdConflictPolicy = WorkflowIdConflictPolicy.USE_EXISTING
  await client.workflow.start(campaignWorkflow, { ...startOptions(voucherId), workflowIdConflictPolicy })
}

/**
 * Has a closed campaign settled now, or says what keeps it from settling.
 * @throws ServiceError when Temporal, or a worker of the campaigns, does not answer; it may still settle
 */
export async function settleCampaignNow(
  client: Client,
  voucherId: number,
  request: SettleRequest,
): Promise<SettleAnswer> {
  const workflowIdConflictPolicy = WorkflowIdConflictPolicy.USE_EXISTING
  const options = { ...startOptions(voucherId), workflowIdConflictPolicy }
  return client.workflow.executeUpdateWithStart<CampaignRun, SettleAnswer, [SettleRequest]>(campaignSettleUpdate, {
    args: [request],
    startWorkflowOperation: new WithStartWorkflowOperation<CampaignRun>(campaignWorkflow, options),
  })
}
