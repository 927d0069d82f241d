import type { ActivityAnswer, ChildParked } from '../../engine/run/runtime.js'
import type { StepAnswer } from '../../wire/answer.js'

/** The news of a child for its parent. */
export interface ChildEvent {
  /** Its workflow id. */
  readonly child: string
  readonly parked: ChildParked | null
}

/** An event from outside a run. */
export type RunEvent = 'cancel' | 'abort' | 'retry' | 'message' | ChildEvent

/** An event that a run saw; entries are in the order in which it saw them. */
export type JournalEntry =
  | { readonly kind: 'answer'; readonly call: number; readonly what: string; readonly answer: ActivityAnswer }
  /** A checkpoint was reached, or the parent was told. */
  | { readonly kind: 'checkpoint'; readonly call: number; readonly what: string }
  | { readonly kind: 'started'; readonly call: number; readonly what: string }
  | { readonly kind: 'child'; readonly call: number; readonly what: string; readonly answer: StepAnswer }
  /** `opens`: it reached the run at the beginning of a workflow task, together with what began the task. */
  | { readonly kind: 'event'; readonly event: RunEvent; readonly opens: boolean }

/**
 * A run's history. Answers become durable when their workflow task ends; events from outside, and the ends of children, are durable at
 * once, and reach a task that is executed again before anything else.
 */
export interface Journal {
  readonly entries: readonly JournalEntry[]
  /** Begins an execution; answers its number, from 1. */
  begin(): number
  append(entry: JournalEntry): void
  /** The workflow task ends: all that was seen is durable. */
  commit(): void
  /** The workflow task is lost: what it saw and did not commit is forgotten, events from outside excepted. */
  forget(): void
}

/** Makes an empty journal. */
export function newJournal(): Journal {
  const entries: JournalEntry[] = []
  let durable = 0
  let executions = 0
  return {
    entries,
    begin: () => ++executions,
    append: (entry) => {
      entries.push(entry)
    },
    commit: () => {
      durable = entries.length
    },
    forget: () => {
      const kept = entries.splice(durable).filter(({ kind }) => kind === 'event' || kind === 'child')
      entries.push(...kept)
      durable = entries.length
    },
  }
}
