/** The field of a run's memo that says what saga-core's client knows of it. */
export const runMemoKey = 'saga-core'

/** The `type` of the failure by which a run that is about to close, or to continue as new, turns an update away. */
export const runClosing = 'SAGA_RUN_CLOSING'

/** The search attributes that saga-core can set; Temporal has none of them until somebody registers it, as a Keyword. */
export const sagaAttributes = ['SagaName', 'SagaState', 'SagaStep'] as const
/** One of them. */
export type SagaAttribute = (typeof sagaAttributes)[number]

/** What a run is told by who started it, beside its input. */
export interface RunMemo {
  /** Of those that saga-core can set, the ones the namespace had when the run was started: the run names no other. */
  readonly attributes: readonly SagaAttribute[]
  /** Raised when the saga starts over; part of every key. */
  readonly attempt: number
  /** Task queues of steps that other workers run, by step name; they come before the workflow's own. */
  readonly placement?: Readonly<Record<string, string>>
  /** The run is the child of a saga, which wants to hear when it parks. */
  readonly child?: true
  readonly saga?: string
  /** Tells another input under the same workflow id. */
  readonly inputHash?: string
}

/** A run's memo, or what a run has that saga-core's client did not start. */
export function toRunMemo(memo: Readonly<Record<string, unknown>> | undefined): RunMemo {
  const found = memo?.[runMemoKey]
  const known = typeof found === 'object' && found !== null ? (found as Partial<RunMemo>) : {}
  return { attributes: [], attempt: 1, ...known }
}
