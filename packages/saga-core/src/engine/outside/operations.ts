import { SagaErrorCode } from '../../saga-error.js'
import { type Lane, named } from '../run/lane.js'
import type { Run } from '../run/run.js'
import { operate } from './operate.js'
import { type AuditEntry, type Operated, type Operation, type Verb, whyNot } from './operation.js'
import { whyNotResult } from './resolved-result.js'

/** The operations of a run, with their answers. */
export interface Operations {
  readonly audit: readonly AuditEntry[]
  readonly done: Readonly<Record<string, Operated>>
  /** Carries an operation out; an operation id that was used before gets the former answer. */
  operate(operation: Operation): Operated
  /** The refusal of an operation that no lane allows; `undefined` where a lane does. */
  refusal(operation: Operation): Refusal | undefined
}

/** The reason for which an operation was not carried out. */
export interface Refusal {
  /** `SAGA_NOTHING_PARKED`: no lane is parked for a reason of its own. */
  readonly code: 'SAGA_OPERATION_REFUSED' | 'SAGA_NOTHING_PARKED'
  readonly message: string
}

const verbs: readonly string[] = ['retry', 'skip', 'resolve', 'compensate', 'abandon', 'abort'] satisfies Verb[]

/** The fault of an operation, which comes from outside: its type may be wrong. */
function faultOf(operation: Operation): string | undefined {
  const { verb, lanes, operationId, actor, reason } = operation ?? {}
  if (!verbs.includes(verb)) return `"${verb}" is no verb: ${verbs.join(', ')}`
  if (lanes !== undefined && !Array.isArray(lanes)) return '"lanes" is a list of keys'
  const missing = Object.entries({ operationId, actor, reason }).filter(
    ([, text]) => typeof text !== 'string' || text === '',
  )
  return missing.length > 0 ? `it has no ${missing.map(([name]) => name).join(', no ')}` : undefined
}

/** Each key once. */
function once(keys: readonly string[] | undefined): readonly string[] | undefined {
  return keys && [...new Set(keys)]
}

/** Reports whether two operations ask for the same; who asks, and why, may differ. */
function isSame(one: Operation, other: Operation): boolean {
  const asked = ({ verb, lanes, result }: Operation) => JSON.stringify([verb, once(lanes)?.toSorted(), result])
  return asked(one) === asked(other)
}

function reused({ operationId, verb, lanes }: Operation): Refusal {
  const former = `${verb}${lanes ? ` of ${lanes.join(', ')}` : ''}`
  const message = `the operationId "${operationId}" is that of another operation (${former}): give this one an id of its own`
  return { code: SagaErrorCode.OperationRefused, message }
}

/** Makes a run's list of operations, or goes on with the list of its former run. */
export function newOperations(
  run: Run,
  lanes: readonly Lane[],
  former?: { readonly audit: readonly AuditEntry[]; readonly operations: Readonly<Record<string, Operated>> },
): Operations {
  const byKey = new Map(lanes.map((lane) => [lane.key, lane]))
  const audit: AuditEntry[] = [...(former?.audit ?? [])]
  const done = named(former?.operations)

  /** The reason for which a lane declines an operation. The answer of an operation in history is not checked more strictly than it was. */
  function whyNotOn(operation: Operation, lane: Lane, isStrict: () => boolean): string | undefined {
    const why = whyNot(run, operation.verb, lane)
    if (why !== undefined) return why
    const unfit = whyNotResult(run, operation, lane)
    return unfit !== undefined && isStrict() ? unfit : undefined
  }

  const meant = (operation: Operation, isStrict = () => true) =>
    (once(operation.lanes)?.flatMap((key) => byKey.get(key) ?? []) ?? lanes).filter(
      (lane) => whyNotOn(operation, lane, isStrict) === undefined,
    )

  /** The lanes that are parked for a reason of their own, not for their child's. */
  const parked = () => lanes.filter((lane) => lane.status === 'parked' && lane.parked?.child === undefined)

  /** The reasons by lane: of the lanes it names, else of the lanes that are parked for a reason of their own. */
  function declined(operation: Operation, isStrict = () => true): Record<string, string> {
    const reasons = new Map<string, string>()
    for (const key of operation.lanes ?? parked().map((lane) => lane.key)) {
      const lane = byKey.get(key)
      const why = lane ? whyNotOn(operation, lane, isStrict) : 'not a lane of this run'
      if (why !== undefined) reasons.set(key, why)
    }
    return Object.fromEntries(reasons)
  }

  return {
    audit,
    done,
    operate(operation) {
      const before = done[operation.operationId]
      if (before) return before
      const isStrict = () => run.runtime.isCurrent('checked-result')
      const allowed = meant(operation, isStrict)
      const operated: Operated = { lanes: allowed.map(({ key }) => key), declined: declined(operation, isStrict) }
      done[operation.operationId] = operated
      audit.push({ ...operation, at: run.runtime.now(), count: allowed.length })
      operate(run, allowed, operation)
      return operated
    },
    refusal(operation) {
      const fault = faultOf(operation)
      if (fault !== undefined)
        return { code: SagaErrorCode.OperationRefused, message: `the operation cannot be carried out: ${fault}` }
      const former = audit.find(({ operationId }) => operationId === operation.operationId)
      if (former !== undefined) return isSame(former, operation) ? undefined : reused(former)
      if (meant(operation).length > 0) return undefined
      const { verb, lanes: keys } = operation
      if (keys === undefined && verb !== 'abort' && parked().length === 0) {
        const message = `"${verb}" can be carried out on none of the lanes: none is parked for a reason of its own`
        return { code: SagaErrorCode.NothingParked, message }
      }
      const reasons = JSON.stringify(declined(operation))
      return {
        code: SagaErrorCode.OperationRefused,
        message: `"${verb}" can be carried out on none of the lanes: ${reasons}`,
      }
    },
  }
}
