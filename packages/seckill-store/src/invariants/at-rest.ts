import { type GateReading, gateCheck } from './gate-figures.js'
import { firstOf } from './list.js'
import { lostPurchases } from './lost.js'
import { checkNames } from './names.js'
import type { SaleFigures } from './sale-figures.js'
import type { Check, RunCount } from './types.js'

/** Invariants 5 and 6: true once nothing of the sale is on its way, except orders that await payment. */
export function restChecks(figures: SaleFigures, gate: GateReading, runs: RunCount | undefined): readonly Check[] {
  return [
    ...isAtRest(figures, gate),
    ...stocksAgree(figures, gate),
    ...holdsAreOrders(figures, gate),
    claimsAreOrders(figures),
    deductionsAreOrders(figures),
    ...allEnded(figures, gate, runs),
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
  return runs === undefined ? checks : [lanesAreOwned(figures, runs), openRunsAwait(figures, runs), ...checks]
}

/** What is on its way is in MySQL, so that a sale under way is told from one at rest also while the gate recovers. */
function isAtRest({ open }: SaleFigures, gate: GateReading): readonly Check[] {
  const name = checkNames.atRest
  const { processing, closing, refunding } = open
  const moving = [...processing, ...closing, ...refunding]
  const lanes =
    `${processing.length} purchases processing, ${closing.length} closing or rolling back, ` +
    `${refunding.length} refunds open${firstOf(moving)}`
  if (moving.length > 0 || gate.status === 'unserved') return [{ name, ok: moving.length === 0, detail: lanes }]
  return gateCheck(name, gate, ({ audit: { waiting, runs, state } }) => ({
    ok: waiting === 0 && runs === 0,
    detail: `${waiting} admissions waiting, ${runs} run records open, ${lanes}, the gate is ${state}`,
  }))
}

function stocksAgree({ stock }: SaleFigures, gate: GateReading): readonly Check[] {
  return gateCheck(checkNames.stocksAgree, gate, ({ audit }) => ({
    ok: audit.stock === stock?.quantity,
    detail: `gate stock ${audit.stock}, MySQL stock ${stock?.quantity ?? 'unknown'}`,
  }))
}

function holdsAreOrders({ orders }: SaleFigures, gate: GateReading): readonly Check[] {
  const ordered = new Set(orders.live)
  return gateCheck(checkNames.holdsAreOrders, gate, ({ live }) => {
    const unheld = orders.live.filter((id) => !live.has(id))
    const unordered = [...live.keys()].filter((id) => !ordered.has(id)).sort()
    return {
      ok: unheld.length === 0 && unordered.length === 0,
      detail:
        `${live.size} live holds, ${unordered.length} of them without a live order${firstOf(unordered)}; ` +
        `${ordered.size} live orders, ${unheld.length} of them without a live hold${firstOf(unheld)}`,
    }
  })
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

/** Sums can agree while a unit is missing in one order and over in another. */
function deductionsAreOrders({ ledger }: SaleFigures): Check {
  return {
    name: checkNames.deductionsAreOrders,
    ok: ledger.unbacked.length === 0,
    detail: `${ledger.unbacked.length} reservations hold other units than their live order${firstOf(ledger.unbacked)}`,
  }
}

function allEnded(figures: SaleFigures, gate: GateReading, runs: RunCount | undefined): readonly Check[] {
  const name = checkNames.allEnded
  const { accepted, purchases } = figures
  const { count, traceIds } = lostPurchases(figures, gate, runs)
  const door = `${accepted} accepted at the door`
  const ended = `${purchases.ended} ended or awaiting payment, ${count} lost${firstOf(traceIds)}`
  if (count > 0 || gate.status === 'unserved') return [{ name, ok: count === 0, detail: `${door}, ${ended}` }]
  return gateCheck(name, gate, ({ audit }) => ({ ok: true, detail: `${door}, ${audit.seq} admitted, ${ended}` }))
}

function allExplained({ purchases }: SaleFigures): Check {
  const { unexplained } = purchases
  return {
    name: checkNames.allExplained,
    ok: unexplained.length === 0,
    detail: `${unexplained.length} purchases without reason, time or order${firstOf(unexplained)}`,
  }
}

/** A run may have been given a lane that its buyer had cancelled before: it belongs to no run. */
function lanesAreOwned({ purchases }: SaleFigures, runs: RunCount): Check {
  const inRuns = new Set(runs.reservationIds)
  const owned = new Set(purchases.owned)
  const known = new Set([...purchases.owned, ...purchases.unowned])
  const strangers = [...owned].filter((id) => !inRuns.has(id))
  const unowned = [...inRuns].filter((id) => !known.has(id))
  return {
    name: checkNames.lanesAreOwned,
    ok: strangers.length === 0 && unowned.length === 0,
    detail:
      `${owned.size} owned lanes, ${inRuns.size} different ones in the inputs of ${runs.workflows} runs ` +
      `(${runs.lanes} lanes, ${runs.openRuns.length} runs open)${firstOf([...strangers, ...unowned])}`,
  }
}

/** A lane whose run has closed would never expire; a run that stays open with nothing to wait for is not at rest. */
function openRunsAwait({ purchases }: SaleFigures, { openRuns }: RunCount): Check {
  const open = new Set(openRuns)
  const owners = new Set(purchases.awaiting.map(({ owner }) => owner))
  const idle = openRuns.filter((run) => !owners.has(run))
  const left = purchases.awaiting.filter(({ owner }) => !open.has(owner)).map(({ id }) => id)
  return {
    name: checkNames.openRunsAwait,
    ok: idle.length === 0 && left.length === 0,
    detail:
      `${openRuns.length} runs open, ${idle.length} of them without a lane that awaits payment${firstOf(idle)}; ` +
      `${purchases.awaiting.length} lanes await payment, ${left.length} of them in closed runs${firstOf(left)}`,
  }
}
