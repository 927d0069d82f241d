/**
 * A kind of difference. Of holds at the gate: `orphaned-hold` (no purchase, no queue and no run has it), `missing-hold` (a live purchase
 * has none), `unreleased-hold` (its purchase has ended), `released-hold` (its purchase is live). Of runs: `ended-run` (closed from
 * outside, or gone, with lanes that have not ended), `left-lanes` (the run completed without them). Of payments: `lost-capture` and
 * `lost-close` (the provider has done it, MySQL does not know), `unknown-payment`, `unknown-refund` (MySQL has none), `foreign-payment`
 * (other terms), `unbacked-payment` and `unbacked-refund` (the provider does not say so). `broken-invariant`: a check that always holds.
 */
export type DifferenceKind =
  | 'orphaned-hold'
  | 'missing-hold'
  | 'unreleased-hold'
  | 'released-hold'
  | 'ended-run'
  | 'left-lanes'
  | 'lost-capture'
  | 'lost-close'
  | 'unknown-payment'
  | 'unknown-refund'
  | 'foreign-payment'
  | 'unbacked-payment'
  | 'unbacked-refund'
  | 'broken-invariant'

/**
 * The harm of a difference. `leak`: units are not on sale that could be. `oversell`: the gate can sell units that are sold; MySQL refuses
 * them. `stuck`: a purchase does not go on. `money`: money is not where it belongs. `books`: MySQL's own tables do not agree.
 */
export type Harm = 'leak' | 'oversell' | 'stuck' | 'money' | 'books'

/** Something that two ledgers do not agree on. */
export interface Difference {
  readonly kind: DifferenceKind
  readonly harm: Harm
  /** A reservation, a workflow id, a payment or the name of an invariant. */
  readonly subject: string
  /** What was seen; a second reading must see the same. */
  readonly evidence: string
  readonly detail: string
}

/** The repairs, each of one reservation, run or payment; of the other kinds only an operator can know what is right. */
export const repairs: Readonly<Partial<Record<DifferenceKind, string>>> = {
  'orphaned-hold': 'give the admission to the stream again, so that a run takes it',
  'missing-hold': 'make the hold of the purchase',
  'unreleased-hold': 'release the hold',
  'ended-run': 'start the run again under its id, with the lanes that have not ended',
  'lost-capture': 'record the capture: the order is paid, or the money goes back',
  'lost-close': 'record that the payment is closed',
}

/** What is compared by itself, so that one that cannot be read keeps none of the others: the sale of a voucher, or all payments. */
export type Area = number | 'payments'

/** The differences that one reading of an area has seen. */
export interface Reading {
  readonly differences: readonly Difference[]
  /** Further ones, which a later reconciliation names. */
  readonly left: number
}

/** A repair of one difference. `unchanged`: it had gone meanwhile. `failed`: a later reconciliation finds it again. */
export interface Repair extends Pick<Difference, 'kind' | 'subject'> {
  readonly outcome: 'repaired' | 'unchanged' | 'failed'
  readonly detail: string
}

/** How a reconciliation is made; times in milliseconds. */
export interface ReconcileRequest {
  /** Without it nothing is changed. */
  readonly fix: boolean
  /** Kept with each repair. */
  readonly actor: string
  /** The time between the two readings that must agree. */
  readonly graceMs: number
  /** The age of the provider's payments that are compared; those that can still be paid are compared at any age. */
  readonly lookbackMs: number
}

/** What a reconciliation has found and done. */
export interface ReconcileReport {
  readonly fix: boolean
  readonly areas: number
  /** The differences that both readings saw. */
  readonly found: readonly (Difference & { readonly area: Area })[]
  readonly left: number
  readonly repaired: readonly (Repair & { readonly area: Area })[]
  /** Areas that could not be read or repaired; nothing was changed there on missing evidence. */
  readonly failed: readonly { readonly area: Area; readonly problem: string }[]
}

/** The workflow's signature. */
export type Reconcile = (request: ReconcileRequest) => Promise<ReconcileReport>
