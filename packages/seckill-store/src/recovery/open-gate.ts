import type { Kysely } from 'kysely'
import { tailOf } from '../gate/input.js'
import { gateKeys } from '../gate/keys.js'
import type { GateRedis } from '../gate/scripts.js'
import type { Database } from '../mysql/index.js'
import { campaignToServe } from './campaigns.js'
import { newestPurchases } from './purchases.js'
import { dropMarks, joinKept, type Rebuild, writePurchases, writeRuns, writeWaiting } from './rebuild-steps.js'
import { RebuildTaken, type RebuildTerms, type RebuildWriter, withRebuild } from './rebuild-writer.js'

/**
 * `reopened`: the gate has lost nothing MySQL knows of. `rebuilding`: another process has the gate or has just opened it, or Redis
 * restarted meanwhile; `unknown`: MySQL serves no such sale.
 */
export type OpeningOutcome = 'reopened' | 'rebuilt' | 'rebuilding' | 'unknown'

/** Which gate to open, and from what. */
export interface Opening extends RebuildTerms {
  readonly redis: GateRedis
  readonly db: Kysely<Database>
  readonly voucherId: number
}

/**
 * Closes the gate, and opens it as it is where it has all that MySQL has. Otherwise makes it what MySQL and the surviving admissions say,
 * page by page, then opens it. The memory it takes is that of a page and of the tails of the waiting lanes. Killed anywhere it leaves the
 * gate closed, and is simply done again.
 */
export async function openGate({ redis, db, voucherId, ...terms }: Opening): Promise<OpeningOutcome> {
  let outcome: OpeningOutcome = 'unknown'
  const work = async (writer: RebuildWriter): Promise<void> => {
    // MySQL is read only now, with the gate closed: what ended before is in its rows, what ends later is released when it is open.
    const campaign = await campaignToServe(db, voucherId)
    if (campaign === null) return
    if (writer.isWhole) {
      const newest = await newestPurchases(db, voucherId)
      const tails = newest.flatMap((id) => tailOf(voucherId, id) ?? [])
      outcome = 'reopened'
      if (await writer.reopen(campaign, tails)) return
    }
    await rebuild({ redis, db, voucherId, writer })
    await writer.finish(campaign)
    outcome = 'rebuilt'
  }
  try {
    await withRebuild(redis, voucherId, terms, work)
    return outcome
  } catch (error) {
    if (error instanceof RebuildTaken) return 'rebuilding'
    throw error
  }
}

async function rebuild(closed: Rebuild): Promise<void> {
  // After a total loss there is nothing to read in Redis: each hold joins as it is written.
  const hasKept = (await closed.redis.exists(gateKeys(closed.voucherId).holds)) === 1
  if (hasKept) await dropMarks(closed)
  await writePurchases(closed)
  const queued = await writeWaiting(closed)
  await writeRuns(closed)
  if (hasKept) await joinKept(closed, queued)
}
