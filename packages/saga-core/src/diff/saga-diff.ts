import type { SagaDefinition } from '../definition/definition.js'
import { stepsOf } from '../definition/stages.js'
import { broken, type ChangeVerdict, type SagaChange, toChange } from './change.js'
import { compareVersion } from './compare-version.js'
import { type SagaOutline, sagaOutline } from './outline.js'
import { sagaRules } from './saga-rules.js'
import { unseenFunctions } from './unseen.js'

/** The changes between two definitions, and their verdict for open runs. */
export interface SagaDiff {
  /** The worst verdict of the changes. */
  readonly verdict: ChangeVerdict
  readonly changes: readonly SagaChange[]
  /** Sentences about functions that changed, or may have, whose behaviour a comparison cannot see. */
  readonly unseen: readonly string[]
}

/** The versions of open runs. */
export interface DiffOptions {
  /** The oldest version with open runs. Default 1. */
  readonly oldest?: number
}

type Comparable<TInput, TResults> = SagaDefinition<TInput, TResults> | SagaOutline

/**
 * Compares two definitions, and gives for each change its verdict for open runs. It compares every version from `oldest` on: a definition
 * is safe when each version keeps its steps, so a change belongs to a new version, by `since` and `until`. The rules follow Temporal's
 * replay, which matches activity, child and timer events in their order, but neither arguments nor options.
 *
 * @example
 * const { verdict, changes } = sagaDiff(JSON.parse(await readFile('trip.v1.json', 'utf8')), tripSaga)
 * if (verdict !== 'safe') throw new Error(changes.map(({ change, step, advice }) => `${step}: ${change}: ${advice}`).join('\n'))
 */
export function sagaDiff<TBefore, TBeforeResults, TAfter, TAfterResults>(
  before: Comparable<TBefore, TBeforeResults>,
  after: Comparable<TAfter, TAfterResults>,
  { oldest = 1 }: DiffOptions = {},
): SagaDiff {
  const from = toOutline(before)
  const to = toOutline(after)
  const versions = Array.from({ length: Math.max(0, from.version - oldest + 1) }, (_, at) => oldest + at)
  const found = [
    ...broken(sagaRules, from, to).map((rule) => toChange(rule)),
    ...versions.flatMap((version) => compareVersion(from, to, version)),
    ...compareNewest(from, to),
  ]
  const changes = [
    ...new Map(found.toReversed().map((change) => [`${change.step}\n${change.change}`, change])).values(),
  ]
  return { verdict: worst(changes), changes: changes.toReversed(), unseen: unseenFunctions(from, to) }
}

function toOutline<TInput, TResults>(one: Comparable<TInput, TResults>): SagaOutline {
  return 'outline' in one ? one : sagaOutline(one)
}

const order: readonly ChangeVerdict[] = ['forbidden', 'needs version', 'safe']

function worst(changes: readonly SagaChange[]): ChangeVerdict {
  return order.find((verdict) => changes.some((change) => change.verdict === verdict)) ?? 'safe'
}

/** The changes of the version, and those for new runs only. */
function compareNewest(from: SagaOutline, to: SagaOutline): readonly SagaChange[] {
  if (to.version < from.version) {
    return [
      {
        verdict: 'forbidden',
        breaks: 'replay',
        change: 'version lowered',
        reason: `runs of version ${from.version} have its marker in their history`,
        advice: `go on from version ${from.version}; to take a change back, raise the version and use "since" and "until"`,
      },
    ]
  }
  return to.version === from.version ? compareSleeping(from, to) : compareRaised(from, to)
}

function newIn(steps: SagaOutline['steps'], others: SagaOutline['steps']) {
  return steps.filter(({ name }) => !others.some((other) => other.name === name))
}

function compareRaised(from: SagaOutline, to: SagaOutline): readonly SagaChange[] {
  const [had, has] = [stepsOf(from, from.version), stepsOf(to, to.version)]
  const safe = (change: string, reason: string, step?: string): SagaChange =>
    toChange({ change, reason, breaks: 'nothing' }, step)
  return [
    safe('version raised', `runs that have started keep their version; new ones have version ${to.version}`),
    ...newIn(has, had).map(({ name }) => safe('step added', 'only runs of the new version have it', name)),
    ...newIn(had, has).map(({ name }) => safe('step removed', 'runs of older versions keep it', name)),
  ]
}

/** Steps that every run still has, because the saga has not reached the version that ends them. */
function compareSleeping(from: SagaOutline, to: SagaOutline): readonly SagaChange[] {
  const known = new Map(from.steps.map((step) => [step.name, step]))
  return to.steps.flatMap(({ name, until = 1 }) => {
    if (until <= to.version || known.get(name)?.until === until) return []
    return [
      {
        verdict: 'needs version',
        breaks: 'nothing',
        step: name,
        change: 'version not raised',
        reason: `the step ends with version ${until}, and the saga has version ${to.version}: every run still has the step`,
        advice: `raise the saga's version to ${until}`,
      } as const,
    ]
  })
}
