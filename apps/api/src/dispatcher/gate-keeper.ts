import { reasonOf } from 'seckill-process/reason'
import { type Gate, type GateAudit, GateInputError } from 'seckill-store/gate'
import { type Campaign, gateCampaign } from 'seckill-store/mysql'

/** The result of bringing a gate in step with MySQL. */
export type GateSync =
  /** `heldAboveTotal`: units held beyond a total that an operator lowered; MySQL refuses as many on their way. */
  | { readonly status: 'in-step'; readonly heldAboveTotal?: number }
  /** The gate is recovering or unreachable; the dispatcher repeats the sync every second. */
  | { readonly status: 'pending'; readonly reason: string }
  /** The gate refuses the campaign; a repeated sync has the same answer. */
  | { readonly status: 'impossible'; readonly reason: string }

/** A campaign whose gate does not have what MySQL says. */
interface OutOfStep {
  readonly voucherId: number
  readonly status: 'pending' | 'impossible'
}

export interface GateKeeperDependencies {
  readonly gate: Pick<Gate, 'audit' | 'apply'>
  /** Rebuilds the gate's campaign from MySQL or reopens it; mends an open one, a part at each call. */
  readonly recover: (voucherId: number) => Promise<void>
  /** Reads the version in MySQL. */
  readonly readVersion: (voucherId: number) => Promise<number | undefined>
}

/** Brings the gate in step with MySQL. */
export interface GateKeeper {
  /** Never rejects: an error of Redis or MySQL is `pending`. */
  sync(campaign: Campaign): Promise<GateSync>
  /** The gate's counters as of the last sync of this process. */
  lastAudit(voucherId: number): GateAudit | undefined
  /** The campaigns whose last sync of this process did not bring the gate in step. */
  outOfStep(): readonly OutOfStep[]
  forget(voucherId: number): void
}

export function createGateKeeper(dependencies: GateKeeperDependencies): GateKeeper {
  const audits = new Map<number, GateAudit>()
  const behind = new Map<number, OutOfStep>()

  const audit = async (voucherId: number): Promise<GateAudit | null> => {
    const counters = await dependencies.gate.audit(voucherId)
    if (counters === null) audits.delete(voucherId)
    else audits.set(voucherId, counters)
    return counters
  }
  const bringInStep = createBringInStep({ ...dependencies, audit })

  return {
    lastAudit: (voucherId) => audits.get(voucherId),
    outOfStep: () => [...behind.values()],
    forget(voucherId) {
      audits.delete(voucherId)
      behind.delete(voucherId)
    },
    async sync(campaign) {
      const { voucherId } = campaign
      const result = campaign.state === 'DRAFT' ? inStep : await bringInStep(campaign).catch(failed)
      if (result.status === 'in-step') behind.delete(voucherId)
      else behind.set(voucherId, { voucherId, status: result.status })
      return result
    },
  }
}

const inStep: GateSync = { status: 'in-step' }

interface Bringing extends GateKeeperDependencies {
  readonly audit: Gate['audit']
}

function createBringInStep({ gate, audit, recover, readVersion }: Bringing) {
  const compare = async (campaign: Campaign, counters: GateAudit | null): Promise<GateSync> => {
    if (counters === null) return { status: 'pending', reason: 'The gate does not know the campaign.' }
    const { version, held, total } = counters
    if (version > campaign.version) return ahead(version, await readVersion(campaign.voucherId))
    return held > total ? { status: 'in-step', heldAboveTotal: held - total } : inStep
  }

  const apply = async (campaign: Campaign): Promise<GateSync> => {
    const wanted = gateCampaign(campaign)
    if (wanted === null) return inStep
    const applied = await gate.apply(wanted, { creates: neverSold(campaign) })
    switch (applied.status) {
      case 'applied':
      case 'stale':
        return compare(campaign, await audit(campaign.voucherId))
      case 'closed':
        return { status: 'impossible', reason: 'The gate has closed the campaign for good.' }
      case 'recovering':
        return { status: 'pending', reason: 'The gate is recovering.' }
    }
  }

  return async (campaign: Campaign): Promise<GateSync> => {
    const { voucherId } = campaign
    const counters = await audit(voucherId)
    if (counters === null && neverSold(campaign)) return apply(campaign)
    if (counters === null || counters.state === 'RECOVERING') {
      await recover(voucherId)
      return apply(campaign)
    }
    const isBehind = counters.version < campaign.version
    const synced = await (isBehind ? apply(campaign) : compare(campaign, counters))
    // A change that stops the sale is not kept back, nor its answer lost, by the sweep of a gate that is right.
    if (!isBehind || synced.status !== 'in-step') await recover(voucherId)
    return synced
  }
}

/**
 * Reports whether the campaign cannot have holds; a gate that lost any other campaign is rebuilt, never applied afresh.
 */
function neverSold(campaign: Campaign): boolean {
  return campaign.state === 'WARM'
}

/** A gate is in step with a change made meanwhile; one with a version that MySQL has not reached takes no change. */
function ahead(version: number, inMysql = 0): GateSync {
  if (inMysql >= version) return inStep
  return { status: 'impossible', reason: `The gate has version ${version}, MySQL only version ${inMysql}.` }
}

/** A value out of the gate's range stays so; every other error may pass. */
function failed(error: unknown): GateSync {
  return { status: error instanceof GateInputError ? 'impossible' : 'pending', reason: reasonOf(error) }
}
