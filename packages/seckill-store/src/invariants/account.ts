import { sumTallies } from '../mysql/tallies.js'
import { type AccountFigures, accountFigures, readCampaignTerms } from './account-figures.js'
import type { AccountedReservation } from './accounted-reservations.js'
import { accountedReservations } from './accounted-reservations.js'
import { judge } from './check.js'
import { lastSeq, readGate } from './gate-figures.js'
import { liveHoldsOf } from './live-holds.js'
import { lostPurchases } from './lost.js'
import { readReservations } from './reservation-rows.js'
import { inSnapshot, readSaleIn, readState } from './sale-figures.js'
import type { RunCount, SaleToCheck } from './types.js'

/** What the ledgers say of one sale: their totals, and every reservation that MySQL knows. */
export interface SaleAccount {
  readonly figures: AccountFigures
  readonly reservations: readonly AccountedReservation[]
}

/**
 * Reads the account of a sale that is at rest: MySQL in one snapshot, the gate's audit and its holds, and the lanes that were
 * counted in Temporal. It holds every reservation in memory, about a kilobyte each.
 * @throws {CampaignError} NOT_FOUND when MySQL has no such campaign
 */
export async function saleAccount(sale: SaleToCheck & { readonly runs: RunCount }): Promise<SaleAccount> {
  const { db, voucherId, runs } = sale
  const gate = await readGate(sale, await readState(db, voucherId))
  const { mysql, campaign, requests, rows } = await inSnapshot(db, async (trx) => ({
    mysql: await readSaleIn(trx, voucherId, lastSeq(gate)),
    campaign: await readCampaignTerms(trx, voucherId),
    requests: await sumTallies(trx, voucherId),
    rows: await readReservations(trx, voucherId),
  }))
  const held =
    gate.status === 'read'
      ? await liveHoldsOf(
          sale,
          rows.map((row) => row.traceId),
        )
      : null
  const invariants = await judge({ ...sale, atRest: true }, { mysql, gate })
  const lost = lostPurchases(mysql, gate, runs).count
  return {
    figures: accountFigures({ mysql, campaign, requests, rows, gate, runs, lost, invariants }),
    reservations: accountedReservations(rows, held, runs),
  }
}
