import type { Migration } from 'kysely/migration'
import { catalogue } from './0001_catalogue.js'
import { purchases } from './0002_purchases.js'
import { stock } from './0003_stock.js'
import { orders } from './0004_orders.js'
import { barrier } from './0005_barrier.js'
import { operations } from './0006_operations.js'
import { promises } from './0007_promises.js'
import { ledgerOfChanges } from './0008_ledger_of_changes.js'
import { payments } from './0009_payments.js'
import { notifications } from './0010_notifications.js'
import { campaignRuns } from './0011_campaign_runs.js'
import { termsOfPurchases } from './0012_terms_of_purchases.js'
import { blocks } from './0014_blocks.js'

/** Every migration by name; they run in the order of their names, and a published one never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_catalogue': catalogue,
  '0002_purchases': purchases,
  '0003_stock': stock,
  '0004_orders': orders,
  '0005_barrier': barrier,
  '0006_operations': operations,
  '0007_promises': promises,
  '0008_ledger_of_changes': ledgerOfChanges,
  '0009_payments': payments,
  '0010_notifications': notifications,
  '0011_campaign_runs': campaignRuns,
  '0012_terms_of_purchases': termsOfPurchases,
  '0014_blocks': blocks,
}
