import { sumTallies } from '../mysql/tallies.js'
import { type AccountFigures, accountFigures, readCampaignTerms } from './account-figures.js'
import type { AccountedReservation } from './accounted-reservations.js'
import { accountedReservations } from './accounted-reservations.js'
import { judge } from './check.js'
import { lastSeq, readGate } from './gate-figures.js'
import { lostPurchases } from './lost.js'
import { readReservations } from './reservation-rows.js'
import { inSnapshot, readSaleIn, readState } from './sale-figures.js'
import type { RunCount, SaleToCheck } from './types.js'
import { readUnknownRows, unknownHolds } from './unknown.js'

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
  const { rows, unknown, ...reading } = await inSnapshot(db, async (trx) => {
    const campaign = await readCampaignTerms(trx, voucherId)
    const scope = { voucherId, currency: campaign.currency }
    return {
      campaign,
      mysql: await readSaleIn(trx, voucherId, lastSeq(gate)),
      requests: await sumTallies(trx, voucherId),
      rows: await readReservations(trx, scope),
      unknown: await readUnknownRows(trx, scope),
    }
  })
  const live = gate.status === 'read' ? gate.live : null
  return {
    figures: accountFigures({
      ...reading,
      unknown: { ...unknown, holds: unknownHolds(rows, live) },
      rows,
      gate,
      runs,
      lost: lostPurchases(reading.mysql, gate, runs).count,
      invariants: judge({ mysql: reading.mysql, gate }, { runs, atRest: true }),
    }),
    reservations: accountedReservations(rows, live, runs),
  }
}
