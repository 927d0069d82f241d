/** The field of a run's memo that holds its {@link RunMemo}. */
export const runMemoKey = 'saga-core'

/** The failure type with which a run that closes or continues as new rejects an update. */
export const runClosing = 'SAGA_RUN_CLOSING'

/** The search attributes that saga-core sets, of type Keyword; a namespace has them after `registerSearchAttributes`. */
export const sagaAttributes = ['SagaName', 'SagaState', 'SagaStep'] as const
/** One of {@link sagaAttributes}. */
export type SagaAttribute = (typeof sagaAttributes)[number]

/** The memo with which a client or a parent saga starts a run. */
export interface RunMemo {
  /** The registered search attributes at the start of the run; the run sets no others, which would fail its workflow task. */
  readonly attributes: readonly SagaAttribute[]
  /** The attempt of the saga, raised by 1 at each start over; part of every idempotency key. */
  readonly attempt: number
  /** Task queues by step name, for steps that other workers run; they come before the workflow's own placement. */
  readonly placement?: Readonly<Record<string, string>>
  /** `true` for a child saga, which signals its parent when it parks. */
  readonly child?: true
  readonly saga?: string
  /** The hash that tells apart two inputs under one workflow id. */
  readonly inputHash?: string
}

/** The memo of a run; defaults for a run that no saga client or parent saga started. */
export function toRunMemo(memo: Readonly<Record<string, unknown>> | undefined): RunMemo {
  const found = memo?.[runMemoKey]
  const known = typeof found === 'object' && found !== null ? (found as Partial<RunMemo>) : {}
  return { attributes: [], attempt: 1, ...known }
}
