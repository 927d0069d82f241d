import { z } from 'zod'
import type { ProviderPayment, ProviderPaymentState, ProviderRefund } from '../port.js'

const stateOf = {
  open: 'open',
  pending: 'pending',
  captured: 'captured',
  partlyRefunded: 'captured',
  refunded: 'captured',
  closed: 'closed',
} as const satisfies Record<string, ProviderPaymentState>
type SandboxState = keyof typeof stateOf

const amount = z.int().min(0)

/** A payment of the sandbox, read as one of the port. */
export const paymentRecord = z
  .object({
    id: z.string().min(1),
    merchantReference: z.string(),
    state: z.enum(Object.keys(stateOf) as [SandboxState, ...SandboxState[]]),
    amount,
    currency: z.string(),
    refundedAmount: amount,
    paymentUrl: z.url(),
  })
  .transform(
    (record): ProviderPayment => ({
      id: record.id,
      paymentId: record.merchantReference,
      state: stateOf[record.state],
      amountMinor: record.amount,
      currency: record.currency,
      refundedMinor: record.refundedAmount,
      payUrl: record.state === 'open' ? record.paymentUrl : null,
    }),
  )

/** A page of the list of payments. */
export const paymentPage = z.object({ payments: z.array(paymentRecord), cursor: z.string().nullable() })

/** A refund of the sandbox, read as one of the port. */
export const refundRecord = z
  .object({
    id: z.string().min(1),
    paymentId: z.string(),
    amount,
    state: z.enum(['pending', 'succeeded', 'failed']),
  })
  .transform(
    ({ id, paymentId, amount, state }): ProviderRefund => ({
      id,
      providerPaymentId: paymentId,
      amountMinor: amount,
      state,
    }),
  )

/** The answer of a refusal; some tell the payment as it is, or the fields that are not valid. */
export const refusalRecord = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
  issues: z.array(z.object({ field: z.string(), problem: z.string() })).default([]),
  payment: paymentRecord.optional(),
})
