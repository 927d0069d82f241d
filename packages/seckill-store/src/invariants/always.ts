import type { GateFigures } from './gate-figures.js'
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
  return [ledgerAddsUp(sale), ledgerOnce(sale)]
}

/** Invariant 3; a recount that the gate moved under says nothing, except at rest, where nothing may move. */
export function gateChecks(sale: SaleFigures, gate: GateFigures | null, atRest: boolean): readonly Check[] {
  if (gate === null) return [unknownCampaign(sale)]
  if (gate.audit.state === 'RECOVERING') {
    const detail = 'not compared: the gate is recovering'
    return [
      { name: checkNames.gateAddsUp, ok: true, detail },
      { name: checkNames.gateRecounts, ok: true, detail },
    ]
  }
  return [gateAddsUp(gate), gateRecounts(gate, atRest)]
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

function ledgerOnce({ ledger }: SaleFigures): Check {
  return {
    name: checkNames.ledgerOnce,
    ok: ledger.faulty.length === 0,
    detail: `${ledger.faulty.length} reservations moved stock wrongly${firstOf(ledger.faulty)}`,
  }
}

function unknownCampaign({ campaign }: SaleFigures): Check {
  return {
    name: checkNames.gateAddsUp,
    ok: campaign.state === 'DRAFT',
    detail: `the gate does not know the campaign, which is ${campaign.state}`,
  }
}

function gateAddsUp({ audit }: GateFigures): Check {
  return {
    name: checkNames.gateAddsUp,
    ok: audit.total === audit.stock + audit.held && audit.stock >= 0,
    detail: `total ${audit.total}, stock ${audit.stock}, units of live holds ${audit.held}`,
  }
}

function gateRecounts({ audit, recount, steady }: GateFigures, atRest: boolean): Check {
  const name = checkNames.gateRecounts
  if (!steady) return { name, ok: !atRest, detail: 'not compared: the gate admitted or released during every recount' }
  return {
    name,
    ok: recount.held === audit.held && recount.liveHolds === audit.liveHolds,
    detail:
      `recounted ${recount.held} units in ${recount.liveHolds} live holds, ` +
      `counters say ${audit.held} in ${audit.liveHolds}`,
  }
}
