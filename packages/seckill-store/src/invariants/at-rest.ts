import type { GateFigures } from './gate-figures.js'
import { firstOf } from './list.js'
import { checkNames } from './names.js'
import type { SaleFigures } from './sale-figures.js'
import type { Check, RunCount, SaleToCheck } from './types.js'

/** Invariants 5 and 6: true once nothing of the sale is on its way, except orders that await payment. */
export async function restChecks(
  sale: SaleToCheck,
  figures: SaleFigures,
  gate: GateFigures | null,
): Promise<readonly Check[]> {
  return [
    isAtRest(figures, gate),
    stocksAgree(figures, gate),
    await holdsAreOrders(sale, figures, gate),
    claimsAreOrders(figures),
    allEnded(figures, gate),
    allExplained(figures),
  ]
}

/** Invariant 7; what Temporal counted is compared where it was counted. */
export function laneChecks(figures: SaleFigures, runs: RunCount | undefined): readonly Check[] {
  const { orders } = figures
  const checks: Check[] = [
    {
      name: checkNames.ordersAdmitted,
      ok: orders.unadmitted.length === 0,
      detail: `${orders.unadmitted.length} orders without an admission${firstOf(orders.unadmitted)}`,
    },
    {
      name: checkNames.oneOwner,
      ok: orders.foreign.length === 0,
      detail: `${orders.foreign.length} orders made by another workflow than their lane's owner${firstOf(orders.foreign)}`,
    },
  ]
  return runs === undefined ? checks : [lanesAreOwned(figures, runs), ...checks]
}

function isAtRest({ purchases }: SaleFigures, gate: GateFigures | null): Check {
  const processing = purchases.counts.PROCESSING ?? 0
  const lanes = `${processing} purchases processing`
  if (gate === null)
    return { name: checkNames.atRest, ok: false, detail: `${lanes}, the gate does not know the campaign` }
  const { waiting, runs, state } = gate.audit
  return {
    name: checkNames.atRest,
    ok: waiting === 0 && runs === 0 && processing === 0 && state !== 'RECOVERING',
    detail: `${waiting} admissions waiting, ${runs} run records open, ${lanes}, the gate is ${state}`,
  }
}

function stocksAgree({ stock }: SaleFigures, gate: GateFigures | null): Check {
  return {
    name: checkNames.stocksAgree,
    ok: stock !== null && gate?.audit.stock === stock.quantity,
    detail: `gate stock ${gate?.audit.stock ?? 'unknown'}, MySQL stock ${stock?.quantity ?? 'unknown'}`,
  }
}

const holdsAtOnce = 500

/** As many live holds as live orders, and a live hold for every one of these: then they are the same reservations. */
async function holdsAreOrders(sale: SaleToCheck, { orders }: SaleFigures, gate: GateFigures | null): Promise<Check> {
  const name = checkNames.holdsAreOrders
  if (gate === null) return { name, ok: false, detail: 'the gate does not know the campaign' }
  const unheld: string[] = []
  for (let first = 0; first < orders.live.length; first += holdsAtOnce) {
    const ids = orders.live.slice(first, first + holdsAtOnce)
    const holds = await Promise.all(ids.map((id) => sale.gate.hold(sale.voucherId, id)))
    unheld.push(...ids.filter((_, index) => (holds[index]?.state ?? 'RELEASED') === 'RELEASED'))
  }
  return {
    name,
    ok: unheld.length === 0 && gate.audit.liveHolds === orders.live.length,
    detail:
      `${gate.audit.liveHolds} live holds, ${orders.live.length} live orders, ` +
      `${unheld.length} of them without a live hold${firstOf(unheld)}`,
  }
}

/** A claim that is left over keeps a unit, or a buyer, out for ever. */
function claimsAreOrders({ claims, orders }: SaleFigures): Check {
  const units = [claims.counted, claims.ofVoucher, claims.ofUsers]
  return {
    name: checkNames.claimsAreOrders,
    ok: units.every((one) => one === orders.liveUnits),
    detail:
      `campaign counts ${claims.counted}, claims of the voucher ${claims.ofVoucher}, of users ${claims.ofUsers}, ` +
      `units of live orders ${orders.liveUnits}`,
  }
}

function allEnded({ purchases }: SaleFigures, gate: GateFigures | null): Check {
  const { settledSeqs } = purchases
  return {
    name: checkNames.allEnded,
    ok: gate?.audit.seq === settledSeqs,
    detail: `${gate?.audit.seq ?? 'unknown'} admitted, ${settledSeqs} of them ended or awaiting payment`,
  }
}

function allExplained({ purchases }: SaleFigures): Check {
  const { unexplained } = purchases
  return {
    name: checkNames.allExplained,
    ok: unexplained.length === 0,
    detail: `${unexplained.length} purchases without reason, time or order${firstOf(unexplained)}`,
  }
}

function lanesAreOwned({ purchases }: SaleFigures, runs: RunCount): Check {
  const inRuns = new Set(runs.reservationIds)
  const owned = new Set(purchases.reservationIds)
  const strangers = [...owned].filter((id) => !inRuns.has(id))
  const unowned = [...inRuns].filter((id) => !owned.has(id))
  return {
    name: checkNames.lanesAreOwned,
    ok: strangers.length === 0 && unowned.length === 0 && runs.lanes === runs.reservationIds.length,
    detail:
      `${owned.size} owned lanes, ${inRuns.size} different ones in the inputs of ${runs.workflows} runs ` +
      `(${runs.lanes} lanes, ${runs.open} runs open)${firstOf([...strangers, ...unowned])}`,
  }
}
