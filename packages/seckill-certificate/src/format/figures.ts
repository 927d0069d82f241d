import { z } from 'zod'
import { type OrderState, orderStates } from './reservation.js'
import { count, voucherIdForm, whole } from './text-forms.js'

const verdict = z.boolean().nullable()

const campaign = z
  .strictObject({
    voucherId: voucherIdForm,
    title: z.string(),
    state: z.enum(['DRAFT', 'WARM', 'OPEN', 'PAUSED', 'CLOSED', 'SETTLED']),
    version: whole,
    total: count,
    limitPerUser: count,
    beginsAt: whole,
    endsAt: whole,
    currency: z.string().length(3),
    /** The price of one unit in each version of the terms, in minor units. */
    prices: z.array(z.strictObject({ version: whole, priceMinor: count }).readonly()).readonly(),
  })
  .readonly()

/** Orders of one state: how many, their units, and their prices together in minor units. */
const orderSum = z.strictObject({ orders: count, units: count, priceMinor: count }).readonly()

const gate = z.discriminatedUnion('status', [
  z
    .strictObject({
      status: z.literal('read'),
      state: z.enum(['WARM', 'OPEN', 'PAUSED', 'CLOSED', 'RECOVERING']),
      total: whole,
      stock: whole,
      /** Units of live holds. */
      held: whole,
      liveHolds: whole,
      /** Admissions ever. */
      seq: whole,
      waiting: count,
      runs: count,
    })
    .readonly(),
  z.strictObject({ status: z.enum(['recovering', 'forgotten', 'unserved']) }).readonly(),
])

/** Names of things, in their order. */
const names = z.array(z.string()).readonly()

const runs = z
  .strictObject({
    workflows: count,
    /** Workflow ids of the runs that are open. */
    open: names,
    /** Lanes in the inputs of all runs. */
    lanes: count,
  })
  .readonly()

/** Captured payments and refunds that are done: how many, and their money in minor units. */
const money = z.strictObject({ captures: count, captured: count, refunds: count, refunded: count }).readonly()

/** What each ledger has of reservations that MySQL has no purchase of, by reservation, payment or refund. */
const unknown = z
  .strictObject({
    holds: names,
    lanes: names,
    ledger: names,
    claims: names,
    orders: names,
    payments: names,
    refunds: names,
  })
  .readonly()

const check = z.strictObject({ name: z.string(), ok: verdict, detail: z.string() }).readonly()

/** The totals of a sale, each read from the ledger it is named after; units unless a field says otherwise, times in epoch milliseconds. */
export const certifiedFigures = z
  .strictObject({
    campaign,
    /** MySQL's stock; `null` when its row is missing. */
    stock: z.strictObject({ quantity: whole, total: whole }).readonly().nullable(),
    ledger: z.strictObject({ initial: whole, restocked: whole, deducted: whole, restored: whole }).readonly(),
    /** The campaign's counter of claims, the claims of the voucher, and those of its users. */
    claims: z.strictObject({ campaign: whole, voucher: whole, users: whole }).readonly(),
    orders: z
      .strictObject(
        Object.fromEntries(orderStates.map((state) => [state, orderSum])) as Record<OrderState, typeof orderSum>,
      )
      .readonly(),
    money,
    gate,
    runs,
    unknown,
    /** Answers of the API to purchase requests, by result. */
    requests: z
      .strictObject({ accepted: count, soldOut: count, duplicate: count, rejected: count, failed: count })
      .readonly(),
    /** Accepted purchases that have neither ended nor await payment. */
    lost: count,
    invariants: z.strictObject({ ok: verdict, checks: z.array(check).readonly() }).readonly(),
  })
  .readonly()
export type CertifiedFigures = z.output<typeof certifiedFigures>
