/**
 * The verdict on open runs under a changed definition. `safe`: they go on. `needs version`: they go on once the change has a version
 * (`since`, `until`). `forbidden`: they break; `advice` has another form of the change.
 */
export type ChangeVerdict = 'safe' | 'needs version' | 'forbidden'

/**
 * The fault of open runs under a change. `replay`: some fail their workflow tasks with a nondeterminism error until the change is
 * reverted. `effects`: they replay, with wrong effects.
 */
export type Breakage = 'replay' | 'effects' | 'nothing'

/** One change of a definition, and its verdict for open runs. */
export interface SagaChange {
  readonly verdict: ChangeVerdict
  readonly breaks: Breakage
  /** The changed step, by its former name; absent for a change of the saga. */
  readonly step?: string
  /** The kind of the change, in words that are the same for every saga. */
  readonly change: string
  /** The reason for the verdict. */
  readonly reason: string
  /** A form of the change that is safe; absent for a safe one. */
  readonly advice?: string
}

/** A rule that compares two values of a definition. */
export interface Rule<T> {
  readonly change: string
  readonly differs: (before: T, after: T) => boolean
  readonly breaks: Breakage
  readonly reason: string
  readonly advice?: string
}

function different(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}

/** Compares the JSON of one property. */
export function by<T>(of: (one: T) => unknown): Rule<T>['differs'] {
  return (before, after) => different(of(before), of(after))
}

/** Compares as {@link by}, if both values have the property. */
export function byBoth<T>(of: (one: T) => unknown): Rule<T>['differs'] {
  return (before, after) => of(before) !== undefined && of(after) !== undefined && different(of(before), of(after))
}

/** The rules by which two values differ. */
export function broken<T>(rules: readonly Rule<T>[], before: T, after: T): readonly Rule<T>[] {
  return rules.filter(({ differs }) => differs(before, after))
}

/** A change in place that a rule found. */
export function toChange({ change, breaks, reason, advice }: Omit<Rule<never>, 'differs'>, step?: string): SagaChange {
  return {
    verdict: breaks === 'nothing' ? 'safe' : 'forbidden',
    breaks,
    ...(step !== undefined && { step }),
    change,
    reason,
    ...(advice !== undefined && { advice }),
  }
}
