import { gateChecks, ledgerChecks, saleChecks } from './always.js'
import { laneChecks, restChecks } from './at-rest.js'
import { type GateReading, lastSeq, readGate } from './gate-figures.js'
import { moneyChecks } from './money-checks.js'
import { readSale, readState, type SaleFigures } from './sale-figures.js'
import type { Check, InvariantReport, SaleToCheck, Verdict } from './types.js'

/** MySQL and the gate as they were compared. */
export interface Figures {
  readonly mysql: SaleFigures
  readonly gate: GateReading
}

/**
 * Checks the invariants of one sale: those that always hold, and with `atRest` those of a sale in which nothing is on
 * its way but orders that await payment. MySQL is read in one snapshot.
 * @throws {CampaignError} NOT_FOUND when MySQL has no such campaign
 */
export async function checkInvariants(sale: SaleToCheck & { readonly atRest: boolean }): Promise<InvariantReport> {
  return judge(await readFigures(sale), sale)
}

/** @throws {CampaignError} NOT_FOUND when MySQL has no such campaign */
export async function readFigures(sale: SaleToCheck): Promise<Figures> {
  const gate = await readGate(sale, await readState(sale.db, sale.voucherId))
  return { gate, mysql: await readSale(sale.db, sale.voucherId, lastSeq(gate)) }
}

/** The checks over figures that have been read. */
export function judge(
  { mysql, gate }: Figures,
  { runs, atRest }: Pick<SaleToCheck, 'runs'> & { readonly atRest: boolean },
): InvariantReport {
  const always = [...saleChecks(mysql), ...gateChecks(gate, atRest), ...ledgerChecks(mysql)]
  const rest = () => [...restChecks(mysql, gate, runs), ...laneChecks(mysql, runs), ...moneyChecks(mysql)]
  const checks = [...always, ...(atRest ? rest() : [])]
  return { ok: verdictOf(checks), checks }
}

function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some((check) => check.ok === false)) return false
  return checks.every((check) => check.ok) ? true : null
}
