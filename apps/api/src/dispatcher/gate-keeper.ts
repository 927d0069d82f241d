import type { Gate, GateAudit } from 'seckill-store/gate'
import { type Campaign, gateCampaign } from 'seckill-store/mysql'

/** The result of bringing a gate in step with MySQL. */
export type GateSync =
  | { readonly status: 'in-step' }
  /** The gate keeps its old total, because more units are held than the new total has. */
  | { readonly status: 'below-holds'; readonly held: number }
  /** The gate is recovering or unreachable; the dispatcher repeats the sync every second. */
  | { readonly status: 'pending' }

export interface GateKeeperDependencies {
  readonly gate: Pick<Gate, 'audit' | 'apply'>
  /** Rebuilds the gate's campaign from MySQL or reopens it; mends an open one, a part at each call. */
  readonly recover: (voucherId: number) => Promise<void>
}

/** Brings the gate in step with MySQL. */
export interface GateKeeper {
  /** @throws the error of Redis or MySQL */
  sync(campaign: Campaign): Promise<GateSync>
  /** The gate's counters as of the last sync of this process. */
  lastAudit(voucherId: number): GateAudit | undefined
}

/**
 * Reports whether the campaign cannot have holds; a gate that lost any other campaign is rebuilt, never applied afresh.
 */
function neverSold(campaign: Campaign): boolean {
  return campaign.state === 'WARM'
}

export function createGateKeeper({ gate, recover }: GateKeeperDependencies): GateKeeper {
  const audits = new Map<number, GateAudit>()

  const auditOf = async (voucherId: number): Promise<GateAudit | null> => {
    const audit = await gate.audit(voucherId)
    if (audit === null) audits.delete(voucherId)
    else audits.set(voucherId, audit)
    return audit
  }

  const apply = async (campaign: Campaign): Promise<GateSync> => {
    const wanted = gateCampaign(campaign)
    if (wanted === null) return { status: 'in-step' }
    const applied = await gate.apply(wanted)
    switch (applied.status) {
      case 'applied':
      case 'stale':
      case 'closed':
        return { status: 'in-step' }
      case 'below-holds':
        return { status: 'below-holds', held: applied.held }
      case 'recovering':
        return { status: 'pending' }
    }
  }

  return {
    lastAudit: (voucherId) => audits.get(voucherId),
    async sync(campaign) {
      const { voucherId } = campaign
      if (campaign.state === 'DRAFT') return { status: 'in-step' }
      const audit = await auditOf(voucherId)
      if (audit === null && neverSold(campaign)) return apply(campaign)
      if (audit === null || audit.state === 'RECOVERING') {
        await recover(voucherId)
        return apply(campaign)
      }
      const synced = audit.version < campaign.version ? await apply(campaign) : undefined
      // A change that stops the sale is not kept back, nor its answer lost, by the sweep of a gate that is right.
      if (synced?.status === 'in-step') return synced
      await recover(voucherId)
      return synced ?? { status: 'in-step' }
    },
  }
}
