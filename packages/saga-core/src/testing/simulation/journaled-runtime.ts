import type { ChildRequest, SagaRuntime } from '../../engine/run/runtime.js'
import type { StepAnswer } from '../../wire/answer.js'
import type { InMemoryRuntime } from '../in-memory-runtime.js'
import type { ChildEvent, Journal, JournalEntry, RunEvent } from './journal.js'

/** A runtime that keeps its answers in a journal, and begins by replaying the journal. */
export interface JournaledRuntime {
  readonly runtime: SagaRuntime
  /**
   * Delivers the journal's entries to the run, in their order.
   *
   * @throws Error when the run makes another call than before: its definition is not deterministic.
   */
  replay(deliver: (event: RunEvent) => void): Promise<void>
  /** Lets the run's calls go out from now on. */
  goOn(): void
  /** Takes the news of a child of this run. */
  hear(event: ChildEvent): void
}

/** The children and the parent of a run. */
export interface Relatives {
  /** The end of a child; it is started, unless it was before. */
  child(request: ChildRequest, wasStarted: boolean): Promise<StepAnswer>
  cancelChild(workflowId: string): void
  readonly tellParent?: (parked: ChildEvent['parked']) => Promise<void>
}

interface Asked {
  readonly what: string
  readonly resolve: (entry: JournalEntry) => void
}

const never = new Promise<never>(() => undefined)

/** Puts a journal in front of an in-memory runtime, as a workflow's history stands in front of its activities. */
export function journaledRuntime(inner: InMemoryRuntime, journal: Journal, relatives: Relatives): JournaledRuntime {
  const past = [...journal.entries]
  const callsOf = (kinds: readonly JournalEntry['kind'][]) =>
    new Set(past.flatMap((entry) => (entry.kind !== 'event' && kinds.includes(entry.kind) ? [entry.call] : [])))
  const known = callsOf(['answer', 'checkpoint', 'child'])
  const started = callsOf(['started'])
  const heard = new Map<string, ChildRequest['heard']>()
  const { tellParent } = relatives
  const isRepeated = journal.begin() > 1
  const asked = new Map<number, Asked>()
  const live = Promise.withResolvers<void>()
  let calls = 0

  function replayed(call: number, what: string): Promise<JournalEntry> {
    return new Promise((resolve) => asked.set(call, { what, resolve }))
  }

  /** Ends the workflow task with something durable. */
  async function durable(what: string, work: () => Promise<void>): Promise<void> {
    const call = calls++
    if (known.has(call)) await replayed(call, what)
    else {
      await live.promise
      await work()
      if (inner.isAbandoned()) await never
      journal.append({ kind: 'checkpoint', call, what })
      journal.commit()
    }
    inner.wake()
  }

  async function endOfChild(request: ChildRequest, call: number, what: string): Promise<StepAnswer> {
    if (known.has(call)) return replayed(call, what).then(childAnswerOf)
    await live.promise
    if (inner.isAbandoned()) await never
    const wasStarted = started.has(call)
    // Starting it ends the workflow task.
    if (!wasStarted) journal.append({ kind: 'started', call, what })
    journal.commit()
    const answer = await relatives.child(request, wasStarted)
    if (inner.isAbandoned()) await never
    // It comes between workflow tasks, so what was answered before is durable.
    journal.commit()
    journal.append({ kind: 'child', call, what, answer })
    return answer
  }

  const runtime: SagaRuntime = {
    ...inner,
    child(request) {
      heard.set(request.workflowId, request.heard)
      const answer = endOfChild(request, calls++, `child ${request.workflowId}`).finally(inner.wake)
      return { answer, cancel: () => relatives.cancelChild(request.workflowId) }
    },
    ...(tellParent && { tellParent: (parked) => durable(`told ${JSON.stringify(parked)}`, () => tellParent(parked)) }),
    async call(request) {
      const call = calls++
      const what = `${request.activity} ${JSON.stringify(request.args)}`
      if (known.has(call)) return replayed(call, what).then(answerOf).finally(inner.wake)
      await live.promise
      const made = await inner.call(request)
      if (inner.isAbandoned()) await never
      const answer = isRepeated && request.taskQueue === undefined ? { ...made, mayRepeat: true } : made
      journal.append({ kind: 'answer', call, what, answer })
      inner.wake()
      return answer
    },
    checkpoint: () => durable('checkpoint', inner.checkpoint),
  }

  return {
    runtime,
    hear: ({ child, parked }) => {
      heard.get(child)?.(parked)
      inner.wake()
    },
    async replay(deliver) {
      for (const entry of past) {
        if (entry.kind !== 'event' || !entry.opens) await inner.atRest()
        if (entry.kind === 'event') deliver(entry.event)
        else if (entry.kind !== 'started') feed(asked.get(entry.call), entry)
      }
      await inner.atRest()
    },
    goOn: live.resolve,
  }
}

function feed(asked: Asked | undefined, entry: JournalEntry & { readonly what: string }): void {
  if (asked?.what === entry.what) {
    asked.resolve(entry)
    return
  }
  const instead = asked ? `asks for ${asked.what}` : 'asks for nothing'
  throw new Error(`executed again, the run ${instead} where it asked for ${entry.what} before: it is not deterministic`)
}

function childAnswerOf(entry: JournalEntry): StepAnswer {
  if (entry.kind !== 'child')
    throw new Error(`a child was answered before by a ${entry.kind}: the run is not deterministic`)
  return entry.answer
}

function answerOf(entry: JournalEntry) {
  if (entry.kind !== 'answer')
    throw new Error(`a call was answered before by a ${entry.kind}: the run is not deterministic`)
  return entry.answer
}
