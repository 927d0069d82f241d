import { z } from 'zod'

const share = z.number().min(0).max(1)
const wait = z.int().min(0).max(600_000)

/** What can be told of one payment; shares are from 0 to 1, times in milliseconds. */
const knobs = {
  /** The share of API requests that are slow, and how long those wait. */
  slowShare: share,
  slowMs: wait,
  /** The share of API requests that are accepted and never answered. */
  silentShare: share,
  /** The shares of API requests that are answered with 500, and with 429. */
  error500Share: share,
  error429Share: share,
  /** The share of the slow, silent and 500 answers that come after the request was carried out. */
  afterEffectShare: share,
  /** The share of the payer's attempts to pay that fail. */
  captureFailsShare: share,
  /** The share of the payer's attempts that are pending before they end, and for how long. */
  capturePendingShare: share,
  capturePendingMs: wait,
  /** The share of closed payments that are captured all the same, and how long after the close. */
  captureAfterCloseShare: share,
  captureAfterCloseMs: wait,
  /** How many refunds of a payment fail before one succeeds. */
  refundFailures: z.int().min(0).max(1_000),
  /** How long a refund is pending; 0 ends it before the answer. */
  refundPendingMs: wait,
  /** The share of callbacks that are sent twice. */
  callbackDoubledShare: share,
  /** The share of callbacks that are sent late, and how late. */
  callbackDelayedShare: share,
  callbackDelayMs: wait,
  /** The share of callbacks that wait for the next one of their payment, and how long at most. */
  callbackReorderedShare: share,
  callbackHoldMs: wait,
  /** The share of callbacks that are never sent. */
  callbackDroppedShare: share,
}

const quiet = {
  slowShare: 1,
  slowMs: 0,
  silentShare: 0,
  error500Share: 0,
  error429Share: 0,
  afterEffectShare: 0,
  captureFailsShare: 0,
  capturePendingShare: 0,
  capturePendingMs: 1_000,
  captureAfterCloseShare: 0,
  captureAfterCloseMs: 0,
  refundFailures: 0,
  refundPendingMs: 0,
  callbackDoubledShare: 0,
  callbackDelayedShare: 0,
  callbackDelayMs: 1_000,
  callbackReorderedShare: 0,
  callbackHoldMs: 5_000,
  callbackDroppedShare: 0,
} as const satisfies z.infer<z.ZodObject<typeof knobs>>

const seed = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

interface FaultShares {
  readonly silentShare?: number | undefined
  readonly error500Share?: number | undefined
  readonly error429Share?: number | undefined
}

function faultsFit({ silentShare = 0, error500Share = 0, error429Share = 0 }: FaultShares): boolean {
  return silentShare + error500Share + error429Share <= 1
}

const faultsTooMany = { error: 'silentShare, error500Share and error429Share must add up to at most 1' }

/** How the provider behaves to one payment. */
export type Behaviour = Readonly<z.infer<z.ZodObject<typeof knobs>>>

/** How the provider behaves at large; what is left out takes its default, which does no harm. */
export const behaviourAtLarge = z
  .record(z.string(), z.unknown())
  .transform((given): unknown => ({ seed: 1, ...quiet, ...given }))
  .pipe(z.strictObject({ seed, ...knobs }).refine(faultsFit, faultsTooMany))
export type BehaviourAtLarge = Readonly<z.output<typeof behaviourAtLarge>>

/** What is different for one payment. */
export const behaviourOverride = z
  .strictObject(knobs)
  .partial()
  .refine(faultsFit, faultsTooMany)
  // JSON has no undefined: a knob that is left out is absent.
  .transform((given) => given as Partial<Behaviour>)
export type BehaviourOverride = Partial<Behaviour>
