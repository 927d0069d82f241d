export { campaignLimits, type Limits } from '../campaign-limits.js'
export * from './accounts/index.js'
export { type DatabaseAddress, DatabaseUrlError, describeAddress, parseDatabaseUrl } from './address.js'
export { type AuditEntry, listAudit, searchAudit, writeAudit } from './audit.js'
export * from './blocks/index.js'
export * from './campaigns/index.js'
export {
  type CertificateHead,
  findCertificate,
  findCertificateHead,
  type NewCertificate,
} from './certificates.js'
export { databaseNow, nowMs } from './clock.js'
export { type ConnectOptions, closeDatabase, connectDatabase } from './connect.js'
export type * from './database.js'
export { campaignStates, closingReasons, notificationChannels, orderStates, purchaseStates } from './database.js'
export { type KeyedPurchase, reusedKeys, writeKeys } from './idempotency-keys.js'
export { inTransaction } from './in-transaction.js'
export { type LiveFigures, readLiveFigures } from './live-figures.js'
export { migrateToLatest, pendingMigrations } from './migrate.js'
export * from './notifications/index.js'
export { countOpen, type OpenKind, type OpenPurchases } from './open-purchases.js'
export { findOrder, hasUnpaidOrders, listOrders } from './orders.js'
export * from './payments/index.js'
export { type PoolFigures, poolFigures } from './pool-figures.js'
export {
  findPurchaseStatus,
  findPurchaseStatuses,
  listPurchaseStatuses,
  type OrderStatus,
  type PurchaseStatus,
  type RefundStatus,
} from './purchase-status.js'
export { countServed, findOwned, findPurchase, type OwnedPurchase, ownedPurchases } from './purchases.js'
export { eachOrderPage, type OrderSearch, searchOrders } from './search-orders.js'
export { type FoundPurchase, type PurchaseSearch, searchPurchases } from './search-purchases.js'
export type { SessionLimits } from './session.js'
export { addTallies, type RequestResult, requestResults, sumTallies, type Tally } from './tallies.js'
export {
  campaignTransitions,
  canTransition,
  liveOrderStates,
  livePurchaseStates,
  orderTransitions,
  paymentTransitions,
  purchaseTransitions,
  refundTransitions,
  statesBefore,
  type Transitions,
} from './transitions.js'
export { DatabaseUnavailable, driverError, isDuplicateKey } from './unavailable.js'
export {
  type AcceptedLane,
  cancelUnowned,
  endLostPurchases,
  endUnprocessedPurchases,
  ownerOfCancelled,
} from './unowned-purchases.js'
export * from './users/index.js'
export * from './vouchers/index.js'
