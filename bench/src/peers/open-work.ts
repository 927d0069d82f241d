import { connectGateRedis, createGate } from 'seckill-store/gate'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import type { Purchase } from 'seckill-workflows'
import { createSellingActivities, type SellingActivities } from 'seckill-workflows/activities'
import { openOrderDatabase } from '../work/order-database.js'
import { createOrderSteps, createWholeOrder, type OrderSteps } from '../work/order-steps.js'
import { type AroundStep, processBatch } from '../work/process-batch.js'
import { processOrder } from '../work/process-order.js'
import { createServedWatch, type ServedWatch } from '../work/served-watch.js'
import type { PeerTerms } from './peer.js'

/** The four steps of one order, for a peer that works on one at a time. */
export interface OrderWork {
  readonly steps: OrderSteps
  process(lane: Purchase): Promise<void>
  close(): Promise<void>
}

/** The four steps of many orders in bulk SQL, for a peer that works on batches. */
export interface BatchWork {
  readonly watch: ServedWatch
  readonly activities: SellingActivities
  /** `name` tells this batch from the peer's other ones. */
  process(lanes: readonly Purchase[], name: string, around?: AroundStep): Promise<void>
  close(): Promise<void>
}

/** Opens the pool of the steps; the peer's prefix owns the purchases. */
export function openOrderWork(terms: PeerTerms): OrderWork {
  const database = openOrderDatabase(terms.databaseUrl, terms.databaseConnections)
  const steps = createOrderSteps(database, terms.prefix)
  return { steps, process: (lane) => processOrder(steps, lane), close: database.close }
}

/** Opens the pool of one transaction an order. */
export function openWholeOrderWork(terms: PeerTerms): Omit<OrderWork, 'steps'> {
  const database = openOrderDatabase(terms.databaseUrl, terms.databaseConnections)
  return { process: createWholeOrder(database, terms.prefix), close: database.close }
}

/** Opens the pool of the sale's own activities; each batch owns its purchases. */
export function openBatchWork(terms: PeerTerms): BatchWork {
  const db = connectDatabase(terms.databaseUrl, { poolSize: terms.databaseConnections })
  const redis = connectGateRedis(terms.redisUrl)
  const activities = createSellingActivities({ db, gate: createGate(redis) })
  return {
    activities,
    watch: createServedWatch(db),
    process: (lanes, name, around) => processBatch(activities, `${terms.prefix}-${name}`, lanes, around),
    async close() {
      redis.disconnect()
      await closeDatabase(db)
    },
  }
}
