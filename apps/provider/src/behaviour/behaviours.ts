import type { Behaviour, BehaviourAtLarge, BehaviourOverride } from './behaviour.js'
import { createDraws, type Draws } from './draws.js'

/** Which payment a behaviour is for; a request for many payments has neither. */
export interface Subject {
  readonly paymentId?: string | undefined
  readonly merchantReference?: string | undefined
}

/** One payment, or every payment with a merchant reference, also those to come. */
export type OverrideKey = `payment ${string}` | `reference ${string}`

/** How the provider behaves now; it starts anew from the environment with each process. */
export interface Behaviours {
  readonly draws: Draws
  atLarge(): BehaviourAtLarge
  /** Sets the behaviour at large, and begins the draws anew. */
  setAtLarge(behaviour: BehaviourAtLarge): void
  overrides(): ReadonlyMap<OverrideKey, BehaviourOverride>
  /** Returns false when there are too many overrides. */
  override(key: OverrideKey, override: BehaviourOverride): boolean
  removeOverride(key: OverrideKey): void
  /** The behaviour to a payment: its own before its merchant reference's before the one at large. */
  of(subject: Subject): Behaviour
  /** Reports whether a thing with a share happens to a subject this time. */
  happens(share: number, what: string, subject: Subject): boolean
}

const maxOverrides = 10_000

/** Creates the behaviours of a process. */
export function createBehaviours(initial: BehaviourAtLarge): Behaviours {
  let atLarge = initial
  const overrides = new Map<OverrideKey, BehaviourOverride>()
  const draws = createDraws(initial.seed)
  return {
    draws,
    atLarge: () => atLarge,
    setAtLarge(behaviour) {
      atLarge = behaviour
      draws.restart(behaviour.seed)
    },
    overrides: () => overrides,
    override(key, override) {
      if (!overrides.has(key) && overrides.size >= maxOverrides) return false
      overrides.set(key, override)
      return true
    },
    removeOverride: (key) => void overrides.delete(key),
    of({ paymentId, merchantReference }) {
      return {
        ...atLarge,
        ...(merchantReference === undefined ? {} : overrides.get(`reference ${merchantReference}`)),
        ...(paymentId === undefined ? {} : overrides.get(`payment ${paymentId}`)),
      }
    },
    happens(share, what, { merchantReference = '' }) {
      if (share === 0) return false
      return draws.next(`${what} ${merchantReference}`) < share
    },
  }
}
