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
  /** Rebuilds the gate's campaign from MySQL, or reopens it. */
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
      const lost = audit === null ? !neverSold(campaign) : audit.state === 'RECOVERING' || audit.releasesOwed
      if (lost) await recover(voucherId)
      if (lost || audit === null || audit.version < campaign.version) return apply(campaign)
      return { status: 'in-step' }
    },
  }
}
