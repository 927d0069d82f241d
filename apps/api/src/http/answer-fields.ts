import { z } from 'zod'

/** A time in an answer. */
export const epochMs = z.number().meta({ description: 'epoch milliseconds' })

/** An amount of money in an answer. */
export const minorUnits = z.number().meta({ description: 'minor units of the currency' })

/** A campaign's state. */
export const campaignState = z.enum(['DRAFT', 'WARM', 'OPEN', 'PAUSED', 'CLOSED', 'SETTLED'])

/** An order's state. */
export const orderState = z.enum([
  'PENDING_PAYMENT',
  'CLOSING',
  'PAID',
  'EXPIRED',
  'CANCELLED',
  'REFUNDING',
  'REFUNDED',
])

/** Why an order is closed unpaid. */
export const closingReason = z.enum(['PAYMENT_EXPIRED', 'CANCELLED_BY_BUYER', 'RUN_CANCELLED'])
