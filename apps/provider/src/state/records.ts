import { z } from 'zod'

/** The largest amount of a payment, in minor units. */
const maxAmount = 1_000_000_000_000

/** An amount in minor units of its currency. */
export const amount = z.int().min(1).max(maxAmount)
/** A time in milliseconds since the epoch. */
export const time = z.int().min(0)
/** A key of the merchant for a thing of the merchant's own. */
export const merchantKey = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
const url = z
  .url({ protocol: /^https?$/, hostname: /^(?:[\w.-]+|\[[\da-f:.]+\])$/i, error: 'must be an http:// or https:// URL' })
  .max(2_048)
  .refine(isPlain, 'must have no spaces and no user name')

/** `fetch` takes no URL with a user name. */
function isPlain(text: string): boolean {
  const parsed = URL.parse(text)
  return !/\s/.test(text) && parsed?.username === '' && parsed.password === ''
}

/** What the merchant asks to be paid. */
export const terms = z.strictObject({
  merchantReference: merchantKey,
  amount,
  currency: z.string().refine((code) => currencies.has(code), 'must be an ISO 4217 code in capitals'),
  description: z.string().min(1).max(256),
  expiresAt: time,
  returnUrl: url,
  callbackUrl: url,
})
export type Terms = Readonly<z.infer<typeof terms>>

export const paymentStates = ['open', 'pending', 'captured', 'closed', 'partlyRefunded', 'refunded'] as const
export type PaymentState = (typeof paymentStates)[number]

/** A payment; each change makes a new record with the next version. Times in milliseconds since the epoch. */
export const payment = z.strictObject({
  id: z.string(),
  version: z.int().min(1),
  idempotencyKey: z.string(),
  terms,
  state: z.enum(paymentStates),
  createdAt: time,
  updatedAt: time,
  failedAttempts: z.int().min(0),
  /** When the attempt of a pending payment ends, and how. */
  attempt: z.strictObject({ settlesAt: time, fails: z.boolean() }).optional(),
  capturedAt: time.optional(),
  closedAt: time.optional(),
  closedBy: z.enum(['merchant', 'expiry']).optional(),
  /** When a closed payment is captured all the same, which only a behaviour makes happen. */
  lateCaptureAt: time.optional(),
  /** The sum of the refunds that succeeded. */
  refundedAmount: z.int().min(0),
  /** The sum of the refunds that are pending. */
  pendingAmount: z.int().min(0),
  /** How many refunds were asked for, in any state. */
  refunds: z.int().min(0),
})
export type Payment = Readonly<Omit<z.infer<typeof payment>, 'terms'>> & { readonly terms: Terms }

export const refundStates = ['pending', 'succeeded', 'failed'] as const
export type RefundState = (typeof refundStates)[number]

/** A refund of a part of a payment, or of all of it. */
export const refund = z.strictObject({
  id: z.string(),
  version: z.int().min(1),
  idempotencyKey: z.string(),
  paymentId: z.string(),
  amount,
  reason: z.string().max(256),
  state: z.enum(refundStates),
  createdAt: time,
  updatedAt: time,
  /** When a pending refund ends, and how. */
  settlesAt: time,
  fails: z.boolean(),
})
export type Refund = Readonly<z.infer<typeof refund>>

const callbackTypes = [
  'payment.pending',
  'payment.captured',
  'payment.failed',
  'payment.closed',
  'refund.succeeded',
  'refund.failed',
] as const
export type CallbackType = (typeof callbackTypes)[number]

/** A message to the merchant; its id and body stay the same on each attempt. */
export const callback = z.strictObject({
  id: z.string(),
  type: z.enum(callbackTypes),
  paymentId: z.string(),
  merchantReference: z.string(),
  url,
  body: z.string(),
  createdAt: time,
  /** `pending` until as many copies as wanted are delivered, or the attempts are spent. */
  state: z.enum(['pending', 'delivered', 'dropped', 'givenUp']),
  attempts: z.int().min(0),
  /** Deliveries still to be made: 2 for a doubled callback. */
  copies: z.int().min(0),
  /** Not sent before this time. */
  dueAt: time,
  /** A held callback is sent behind the next one of its payment, or when it is due. */
  held: z.boolean(),
})
export type Callback = Readonly<z.infer<typeof callback>>
