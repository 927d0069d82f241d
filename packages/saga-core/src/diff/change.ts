/**
 * Whether runs that have started may go on under a changed definition. `safe`: as it is. `needs version`: once the change says from
 * which version on it holds (`since`, `until`). `forbidden`: not in this form; the advice says in which.
 */
export type ChangeVerdict = 'safe' | 'needs version' | 'forbidden'

/**
 * What a change does to runs that have started. `replay`: some of them cannot be replayed, and hang until the change is taken back.
 * `effects`: they replay, and do something wrong.
 */
export type Breakage = 'replay' | 'effects' | 'nothing'

/** One change of a definition, and what it means for runs that have started. */
export interface SagaChange {
  readonly verdict: ChangeVerdict
  readonly breaks: Breakage
  /** The step it is about, by its former name; absent where it is about the saga. */
  readonly step?: string
  /** What changed, in few words: the same for every saga. */
  readonly change: string
  /** Why it breaks what it breaks, or what makes it safe. */
  readonly reason: string
  /** What to do instead; absent where it is safe. */
  readonly advice?: string
}

/** A rule that two values of a definition are held against. */
export interface Rule<T> {
  readonly change: string
  readonly differs: (before: T, after: T) => boolean
  readonly breaks: Breakage
  readonly reason: string
  readonly advice?: string
}

const different = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other)

/** Another JSON of what is looked at is a change. */
export const by =
  <T>(of: (one: T) => unknown): Rule<T>['differs'] =>
  (before, after) =>
    different(of(before), of(after))

/** As {@link by}, where both have what is looked at. */
export const byBoth =
  <T>(of: (one: T) => unknown): Rule<T>['differs'] =>
  (before, after) =>
    of(before) !== undefined && of(after) !== undefined && different(of(before), of(after))

/** The rules that tell two values apart. */
export const broken = <T>(rules: readonly Rule<T>[], before: T, after: T): readonly Rule<T>[] =>
  rules.filter(({ differs }) => differs(before, after))

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
