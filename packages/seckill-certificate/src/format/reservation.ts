import { z } from 'zod'
import { bytesText, count, traceIdForm, voucherIdForm, whole } from './text-forms.js'

/** The states of a purchase. */
const purchaseStates = [
  'PROCESSING',
  'AWAITING_PAYMENT',
  'PAID',
  'REFUSED',
  'CANCELLED',
  'EXPIRED',
  'REFUNDED',
] as const
export type PurchaseState = (typeof purchaseStates)[number]

/** The states of an order. */
export const orderStates = [
  'PENDING_PAYMENT',
  'CLOSING',
  'PAID',
  'EXPIRED',
  'CANCELLED',
  'REFUNDING',
  'REFUNDED',
] as const
export type OrderState = (typeof orderStates)[number]

/** What stands for the run of a purchase that ended before a run owned it: it was lost, or its buyer cancelled it. */
export const ownersWithoutRun = ['lost', 'buyer'] as const

/** What each ledger says of one reservation: the fields that are not its identity. */
const standing = {
  voucherId: voucherIdForm,
  units: z.int().min(1),
  state: z.enum(purchaseStates),
  /** Why it ended without a sale. */
  reason: z.string().max(200).nullable(),
  /** The gate's running number of the admission. */
  seq: whole,
  /** The workflow id of the run that owns the lane. */
  run: z.string().min(1).max(128),
  /** The state of its order; `null` without one. */
  order: z.enum(orderStates).nullable(),
  /** The workflow id that its order belongs to; `null` without one. */
  orderRun: z.string().min(1).max(128).nullable(),
  /** Price of the whole order in minor units; `null` without one. */
  priceMinor: count.nullable(),
  currency: z.string().length(3).nullable(),
  /** Money of captured payments, in minor units of the campaign's currency. */
  capturedMinor: count,
  /** Money of refunds that are done. */
  refundedMinor: count,
  /** Units that the ledger deducted from the stock for it. */
  deducted: count,
  /** Units that the ledger gave back. */
  restored: count,
  /** Units of its claim of the voucher. */
  claimed: count,
  /** Units of its live hold at the gate; `null` where the gate could not be read or serves the sale no more. */
  held: count.nullable(),
  /** Lanes of Temporal runs that carry it. */
  lanes: count,
}

/** One leaf of the tree: a reservation as the ledgers have it, with its user as a pseudonym. */
export const certifiedReservation = z
  .strictObject({ traceId: traceIdForm, user: bytesText(16), ...standing })
  .readonly()
export type CertifiedReservation = z.output<typeof certifiedReservation>

/** A reservation before its user is made a pseudonym. */
export type AccountedReservation = Omit<CertifiedReservation, 'user'> & { readonly userId: number }
