import type { Kysely } from 'kysely'
import { campaignArguments } from '../gate/campaign.js'
import type { GateRedis } from '../gate/scripts.js'
import type { Database } from '../mysql/index.js'
import { campaignToServe } from './campaigns.js'
import { dropMarks, joinHolds, writePurchases, writeRuns, writeWaiting } from './rebuild-steps.js'
import { RebuildTaken, type RebuildTerms, type RebuildWriter, withRebuild } from './rebuild-writer.js'

/** `rebuilding`: another process has the rebuild or has just done it, or Redis restarted meanwhile; `unknown`: MySQL serves no such sale. */
export type RebuildOutcome = 'rebuilt' | 'rebuilding' | 'unknown'

/**
 * Closes the gate, makes it what MySQL and the surviving admissions say, page by page, then opens it. The memory it takes is that of a
 * page and of the tails of the waiting lanes. Killed anywhere it leaves the gate closed, and is simply done again.
 */
export async function rebuildGate(
  redis: GateRedis,
  db: Kysely<Database>,
  voucherId: number,
  terms: RebuildTerms,
): Promise<RebuildOutcome> {
  let outcome: RebuildOutcome = 'unknown'
  const work = async (writer: RebuildWriter): Promise<void> => {
    // MySQL is read only now, with the gate closed: what ended before is in its rows, what ends later is released when it is open.
    const campaign = await campaignToServe(db, voucherId)
    if (campaign === null) return
    const rebuild = { redis, db, voucherId, writer }
    await dropMarks(rebuild)
    await writePurchases(rebuild)
    const queued = await writeWaiting(rebuild)
    await writeRuns(rebuild)
    const { held, liveHolds, seq } = await joinHolds(rebuild, queued)
    await writer.finish(...campaignArguments(campaign), held, liveHolds, seq)
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
