import { gateChecks, ledgerChecks, saleChecks } from './always.js'
import { laneChecks, restChecks } from './at-rest.js'
import { type GateFigures, lastSeq, readGate } from './gate-figures.js'
import { readSale, type SaleFigures } from './sale-figures.js'
import type { InvariantReport, SaleToCheck } from './types.js'

/**
 * Checks the invariants of one sale: those that always hold, and with `atRest` those of a sale in which nothing is on
 * its way but orders that await payment. MySQL is read in one snapshot.
 * @throws {CampaignError} NOT_FOUND when MySQL has no such campaign
 */
export async function checkInvariants(sale: SaleToCheck & { readonly atRest: boolean }): Promise<InvariantReport> {
  const gate = await readGate(sale)
  const figures = await readSale(sale.db, sale.voucherId, lastSeq(gate))
  return judge(sale, figures, gate)
}

/** The checks over figures that have been read. */
export async function judge(
  sale: SaleToCheck & { readonly atRest: boolean },
  figures: SaleFigures,
  gate: GateFigures | null,
): Promise<InvariantReport> {
  const always = [...saleChecks(figures), ...gateChecks(figures, gate, sale.atRest), ...ledgerChecks(figures)]
  const rest = sale.atRest ? [...(await restChecks(sale, figures, gate)), ...laneChecks(figures, sale.runs)] : []
  const checks = [...always, ...rest]
  return { ok: checks.every((check) => check.ok), checks }
}
