import type { Difference, Repair } from '../../contract/reconciliation.js'

/** The end of one repair. */
export type Repaired = Pick<Repair, 'outcome' | 'detail'>

/** Repairs differences one by one; a repair that fails keeps none of the others. */
export async function repairEach(
  differences: readonly Difference[],
  repairOne: (difference: Difference) => Promise<Repaired>,
): Promise<readonly Repair[]> {
  const done: Repair[] = []
  for (const difference of differences) {
    const { kind, subject, detail } = difference
    const repaired = await repairOne(difference).catch((error: unknown): Repaired => {
      return { outcome: 'failed', detail: `${detail}; not repaired: ${messageOf(error)}` }
    })
    done.push({ kind, subject, ...repaired })
  }
  return done
}

/** The message of what was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
