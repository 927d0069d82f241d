import { campaignStates, closingReasons, orderStates } from 'seckill-store/mysql'
import { z } from 'zod'

/** A time in an answer. */
export const epochMs = z.number().meta({ description: 'epoch milliseconds' })

/** An amount of money in an answer. */
export const minorUnits = z.number().meta({ description: 'minor units of the currency' })

/** A campaign's state. */
export const campaignState = z.enum(campaignStates)

/** An order's state. */
export const orderState = z.enum(orderStates)

/** Why an order is closed unpaid. */
export const closingReason = z.enum(closingReasons)
