import { type GateReading, gateCheck } from './gate-figures.js'
import { ledgerStock } from './ledger-figures.js'
import { firstOf } from './list.js'
import { checkNames } from './names.js'
import type { SaleFigures } from './sale-figures.js'
import type { Check } from './types.js'

/** Invariants 1 and 2: no unit is sold twice, no buyer holds more than the limit. */
export function saleChecks(sale: SaleFigures): readonly Check[] {
  return [stockInBounds(sale), soldWithinTotal(sale), usersWithinLimit(sale)]
}

/** Invariant 4: every movement of the stock is on record, once. */
export function ledgerChecks(sale: SaleFigures): readonly Check[] {
  return [ledgerAddsUp(sale), restorationsEqual(sale)]
}

/**
 * Invariant 3. A recount that the gate moved under says nothing, except at rest, where nothing may move; a campaign that
 * the gate has forgotten is broken.
 */
export function gateChecks(gate: GateReading, atRest: boolean): readonly Check[] {
  return [...gateAddsUp(gate), ...gateRecounts(gate, atRest)]
}

function stockInBounds({ stock, campaign }: SaleFigures): Check {
  const name = checkNames.stockInBounds
  if (stock === null) return { name, ok: false, detail: 'there is no stock row' }
  return {
    name,
    ok: stock.quantity >= 0 && stock.quantity <= stock.total && stock.total === campaign.total,
    detail: `quantity ${stock.quantity}, stock total ${stock.total}, campaign total ${campaign.total}`,
  }
}

function soldWithinTotal({ orders, campaign }: SaleFigures): Check {
  return {
    name: checkNames.soldWithinTotal,
    ok: orders.liveUnits <= campaign.total,
    detail: `${orders.liveUnits} units in ${orders.live.length} live orders, total ${campaign.total}`,
  }
}

function usersWithinLimit({ orders, campaign }: SaleFigures): Check {
  const over = orders.overLimit.map((user) => `user ${user.userId} holds ${user.units}`)
  return {
    name: checkNames.usersWithinLimit,
    ok: over.length === 0,
    detail: `${over.length} users above the limit of ${campaign.limitPerUser}${firstOf(over)}`,
  }
}

function ledgerAddsUp({ stock, ledger }: SaleFigures): Check {
  const { INITIAL, RESTOCK, DEDUCT, RESTORE } = ledger.units
  const expected = ledgerStock(ledger)
  const sum = `initial ${INITIAL} + restocks ${RESTOCK} - deductions ${DEDUCT} + restorations ${RESTORE} = ${expected}`
  return {
    name: checkNames.ledgerAddsUp,
    ok: stock?.quantity === expected,
    detail: `${sum}, quantity ${stock?.quantity ?? 'unknown'}`,
  }
}

function restorationsEqual({ ledger }: SaleFigures): Check {
  return {
    name: checkNames.restorationsEqual,
    ok: ledger.faulty.length === 0,
    detail: `${ledger.faulty.length} restorations of other units than were deducted${firstOf(ledger.faulty)}`,
  }
}

function gateAddsUp(gate: GateReading): readonly Check[] {
  const name = checkNames.gateAddsUp
  if (gate.status === 'forgotten') return [{ name, ok: false, detail: 'the gate does not know the campaign' }]
  return gateCheck(name, gate, ({ audit }) => ({
    // The held units exceed the total after an operator has lowered it below them.
    ok: audit.stock === Math.max(audit.total - audit.held, 0),
    detail: `total ${audit.total}, stock ${audit.stock}, units of live holds ${audit.held}`,
  }))
}

function gateRecounts(gate: GateReading, atRest: boolean): readonly Check[] {
  return gateCheck(checkNames.gateRecounts, gate, ({ audit, live, steady }) => {
    const held = [...live.values()].reduce((units, hold) => units + hold.quantity, 0)
    const detail = `recounted ${held} units in ${live.size} live holds, counters say ${audit.held} in ${audit.liveHolds}`
    if (!steady)
      return { ok: atRest ? false : null, detail: `${detail}; the gate admitted or released during every recount` }
    return { ok: held === audit.held && live.size === audit.liveHolds, detail }
  })
}
