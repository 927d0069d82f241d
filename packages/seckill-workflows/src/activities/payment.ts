import type { Kysely } from 'kysely'
import pLimit from 'p-limit'
import { dataFailure, done, type LaneAnswer, pending, type SetLane, setWise } from 'saga-core/activity'
import {
  beginClosings,
  type ClosingReason,
  type Database,
  finishClosings,
  type StandingOrder,
} from 'seckill-store/mysql'
import type { Purchase } from '../contract/purchase.js'
import { closeAtProvider, type PaymentOptions } from './close-at-provider.js'

/** Requests to the provider at the same time. */
const closesAtOnce = 32

/**
 * The decision of the payment: MySQL says whether an order is paid; one whose time is over is closed, at the provider first. A message, the
 * deadline and a cancel are only reasons to ask.
 */
export function createPaymentActivities(db: Kysely<Database>, options: PaymentOptions) {
  return {
    decidePayment: setWise<Purchase, true>(async (lanes) => {
      const orders = await beginClosings(db, lanes.map(closingOf))
      const open = orders.filter(({ state, payment }) => state === 'CLOSING' && payment !== undefined)
      if (open.length === 0) return answersOf(lanes, orders)
      await finishClosings(db, await closeAll(options, open), options.extensionMs)
      return answersOf(lanes, await beginClosings(db, lanes.map(lookAt)))
    }),
  }
}

type Lane = SetLane<Purchase, true>

const reasons = { message: null, deadline: 'PAYMENT_EXPIRED', cancel: 'RUN_CANCELLED' } as const satisfies Record<
  NonNullable<Lane['intent']>['on'],
  ClosingReason | null
>

function closingOf({ key, intent }: Lane) {
  return { reservationId: key, reason: intent === undefined ? null : reasons[intent.on] }
}

function lookAt({ key }: Lane) {
  return { reservationId: key, reason: null }
}

/** An order whose payment got no answer from the provider is left out: it stays closing, and is asked about again. */
async function closeAll(options: PaymentOptions, orders: readonly StandingOrder[]) {
  const limit = pLimit(closesAtOnce)
  const answers = await limit.map(orders, ({ payment }) => payment && closeAtProvider(options, payment))
  return answers.flatMap((answer) => answer ?? [])
}

function answersOf(lanes: readonly Lane[], orders: readonly StandingOrder[]): readonly LaneAnswer<true>[] {
  const standing = new Map(orders.map((order) => [order.reservationId, order]))
  return lanes.map(({ key }) => answerOf(key, standing.get(key)))
}

/** @throws ApplicationFailure that blames the data when MySQL has no order: createOrder has made it before this step. */
function answerOf(key: string, order: StandingOrder | undefined): LaneAnswer<true> {
  switch (order?.state) {
    case 'PENDING_PAYMENT':
    case 'CLOSING':
      return pending(key)
    case 'PAID':
    case 'REFUNDING':
    case 'REFUNDED':
      return done(key, true)
    case 'EXPIRED':
    case 'CANCELLED':
      // Definite: an order that has closed never opens again.
      return { key, status: 'refused', code: order.reason ?? order.state, definite: true }
    case undefined:
      throw dataFailure('NO_ORDER', `MySQL has no order for ${key}, which awaits its payment.`)
  }
}
