// What the examples of the TSDoc take for granted; `npm run check:examples -w saga-core` compiles them with it.
import { Client, type WorkflowHandle } from '@temporalio/client'
import type { NativeConnection } from '@temporalio/worker'
import type { Redis } from 'ioredis'
import type { Kysely, Transaction } from 'kysely'
import { type LaneCall, type SetLane, saga } from 'saga-core'
import type { SagaClient } from 'saga-core/client'
import type { BarrierDatabase } from 'saga-core/kysely'
import type { InMemoryRun, MatrixCell } from 'saga-core/testing'

export { readFile, writeFile } from 'node:fs/promises'
export { log } from '@temporalio/activity'
export { ApplicationFailure } from '@temporalio/common'
export { Worker } from '@temporalio/worker'
export { expect, it } from 'vitest'
export { Client, type Kysely }

export interface Trip {
  readonly id: string
  readonly nights: number
}

export type TripActivities = {
  bookFlight(trip: Trip): Promise<void>
  cancelFlight(trip: Trip): Promise<void>
  bookHotel(trip: Trip): Promise<{ readonly price: number }>
  cancelHotel(trip: Trip): Promise<void>
}

export interface Purchase {
  readonly id: string
  readonly voucher: number
}

export interface Transfer {
  readonly from: string
  readonly amount: number
}

export interface Charge {
  readonly order: string
  readonly amount: number
}

export interface Receipt {
  readonly number: string
}

export interface Booking {
  readonly id: string
  readonly show: string
  readonly seats: number
}

export interface Database extends BarrierDatabase {
  orders: { id: string }
}

export const tripSaga = saga<Trip>('trip', { key: (trip) => trip.id })
  .activities<TripActivities>()
  .step('flight', { invoke: 'bookFlight', compensate: 'cancelFlight', onUnknown: 'compensate' })
  .step('hotel', { invoke: 'bookHotel', compensate: 'cancelHotel', onUnknown: 'compensate' })
  .build()

export const purchaseSaga = saga<Purchase>('purchase', { key: (purchase) => purchase.id })
  .activities<{ order(purchase: Purchase): Promise<void> }>()
  .step('order', { invoke: 'order' })
  .build()

export declare const trip: Trip
export declare const trips: readonly Trip[]
export declare const input: Trip
export declare const activities: TripActivities
export declare const call: LaneCall
export declare const lanes: readonly SetLane<Purchase>[]
export declare const error: unknown

export declare const connection: NativeConnection
export declare const client: Client
export declare const sagas: SagaClient
export declare const handle: WorkflowHandle
export declare const taskQueue: string
export declare const workflowsPath: string
export declare const run: InMemoryRun
export declare const cells: readonly MatrixCell[]

export declare const db: Kysely<Database>
export declare const redis: Redis
export declare const shows: readonly string[]
export declare function endedLanes(saga: string, lanes: readonly string[]): Promise<readonly string[]>
export declare function insertOrders(trx: Transaction<Database>, purchases: readonly Purchase[]): Promise<void>
export declare function takeFrom(trx: Transaction<Database>, transfer: Transfer): Promise<boolean>
