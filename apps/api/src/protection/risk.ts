import type { IncomingMessage } from 'node:http'

/** What is known of a purchase before the gate. */
export interface PurchaseFacts {
  readonly userId: number
  /** The client's address, in IPv6 its /64; undefined where it is not known. */
  readonly address: string | undefined
  readonly request: IncomingMessage
}

type RiskVerdict = 'allow' | 'refuse'

/**
 * The risk port: judges a purchase from memory, in microseconds and without a promise. The block list is one implementation; a score that is
 * kept elsewhere is read into memory in the same way.
 */
export type AssessRisk = (facts: PurchaseFacts) => RiskVerdict
