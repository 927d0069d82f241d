import type { Kysely } from 'kysely'
import type { Gate } from 'seckill-store/gate'
import { checkInvariants, checkNames } from 'seckill-store/invariants'
import type { Database } from 'seckill-store/mysql'
import type { Difference, Harm } from '../../contract/reconciliation.js'

/** The stores that the invariants are read from. */
interface CheckedStores {
  readonly db: Kysely<Database>
  readonly gate: Pick<Gate, 'audit' | 'liveHolds'>
}

const unitsBeyond: readonly string[] = [
  checkNames.stockInBounds,
  checkNames.soldWithinTotal,
  checkNames.usersWithinLimit,
]

/** The invariants that hold at every moment, and do not. */
export async function compareInvariants(stores: CheckedStores, voucherId: number): Promise<readonly Difference[]> {
  const { checks } = await checkInvariants({ ...stores, voucherId, atRest: false })
  const found: Difference[] = []
  for (const { name, ok, detail } of checks) {
    if (ok !== false) continue
    const surplus = name === checkNames.gateAddsUp ? await gateSurplus(stores.gate, voucherId) : undefined
    const evidence = surplus === undefined ? '' : `${surplus}`
    found.push({ kind: 'broken-invariant', harm: harmOf(name, surplus), subject: name, evidence, detail })
  }
  return found
}

/** Units that the gate offers beyond its total less its holds; below 0 where it offers fewer. */
async function gateSurplus(gate: CheckedStores['gate'], voucherId: number): Promise<number | undefined> {
  const audit = await gate.audit(voucherId)
  return audit === null ? undefined : audit.stock - Math.max(audit.total - audit.held, 0)
}

function harmOf(name: string, surplus: number | undefined): Harm {
  if (surplus !== undefined) return surplus > 0 ? 'oversell' : 'leak'
  return unitsBeyond.includes(name) ? 'oversell' : 'books'
}
