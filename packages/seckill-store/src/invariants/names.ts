/** The name of every check, by what it states; the numbers are those of the sale's invariants. */
export const checkNames = {
  /** 1 */
  stockInBounds: 'Stock is between 0 and the total',
  /** 1 */
  soldWithinTotal: 'Live orders hold no more units than the total',
  /** 2 */
  usersWithinLimit: 'No user holds more units than the limit',
  /** 3 */
  gateAddsUp: 'The gate total is its stock plus its live holds',
  /** 3 */
  gateRecounts: 'A recount of the holds gives the same units',
  /** 4 */
  ledgerAddsUp: 'The ledger adds up to the stock',
  /** 4 */
  restorationsEqual: 'A restoration gives back what its reservation deducted',
  atRest: 'The sale is at rest',
  /** 5 */
  stocksAgree: 'Gate stock equals MySQL stock',
  /** 5 */
  holdsAreOrders: 'Live holds are the reservations of live orders',
  /** 5 */
  claimsAreOrders: 'Claims of voucher and users are the units of live orders',
  /** 5 */
  deductionsAreOrders: 'Deducted units that were not restored are those of live orders',
  /** 6 */
  allEnded: 'Every accepted purchase has ended or awaits payment',
  /** 6 */
  allExplained: 'Every ended purchase says why, every sold one has its order',
  /** 7 */
  lanesAreOwned: 'Owned lanes are the lanes in the inputs of runs',
  /** 7 */
  openRunsAwait: 'Open runs are those whose lanes await payment',
  /** 7 */
  ordersAdmitted: 'No order is without its admission',
  /** 7 */
  oneOwner: 'A lane and its order have one owner',
  /** 8 */
  moneyAddsUp: 'Captured money less refunds is the price of paid orders',
  /** 8 */
  moneyIsPlaced: 'A paid order keeps its price, every other one nothing',
  /** 8 */
  capturesFit: 'A captured payment has the amount and currency of its order',
  /** 8 */
  refundsFit: 'A refund is of a captured payment, all of it',
  /** 8 */
  paymentsHaveOrders: 'No payment is without its order',
} as const
