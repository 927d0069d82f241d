import type { SagaRuntime } from '../../runtime.js'
import type { InMemoryRuntime } from '../in-memory-runtime.js'
import type { Journal, JournalEntry, RunEvent } from './journal.js'

/** A runtime whose answers are kept in a journal, and which begins by replaying what is in there. */
export interface JournaledRuntime {
  readonly runtime: SagaRuntime
  /**
   * Feeds the run what the journal holds, in its order; then its calls go out.
   *
   * @throws Error when the run asks for something else than it did before: its definition is not deterministic.
   */
  replay(deliver: (event: RunEvent) => void): Promise<void>
}

interface Asked {
  readonly what: string
  readonly resolve: (entry: JournalEntry) => void
}

const never = new Promise<never>(() => undefined)

/** Puts a journal in front of an in-memory runtime, as a workflow's history stands in front of its activities. */
export function journaledRuntime(inner: InMemoryRuntime, journal: Journal): JournaledRuntime {
  const past = [...journal.entries]
  const known = new Set(past.flatMap((entry) => (entry.kind === 'event' ? [] : [entry.call])))
  const asked = new Map<number, Asked>()
  const live = Promise.withResolvers<void>()
  let calls = 0

  function replayed(call: number, what: string): Promise<JournalEntry> {
    return new Promise((resolve) => asked.set(call, { what, resolve }))
  }

  const runtime: SagaRuntime = {
    ...inner,
    async call(request) {
      const call = calls++
      const what = `${request.activity} ${JSON.stringify(request.args)}`
      if (known.has(call)) return replayed(call, what).then(answerOf).finally(inner.wake)
      await live.promise
      const answer = await inner.call(request)
      if (inner.isAbandoned()) await never
      journal.append({ kind: 'answer', call, what, answer })
      inner.wake()
      return answer
    },
    async boundary() {
      const call = calls++
      if (known.has(call)) {
        await replayed(call, 'boundary')
        inner.wake()
        return
      }
      await live.promise
      await inner.boundary()
      journal.append({ kind: 'boundary', call, what: 'boundary' })
      journal.commit()
      inner.wake()
    },
  }

  return {
    runtime,
    async replay(deliver) {
      for (const entry of past) {
        if (entry.kind !== 'event' || !entry.opens) await inner.atRest()
        if (entry.kind === 'event') deliver(entry.event)
        else feed(asked.get(entry.call), entry)
      }
      await inner.atRest()
      live.resolve()
    },
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

function answerOf(entry: JournalEntry) {
  if (entry.kind !== 'answer')
    throw new Error(`a call was answered before by a ${entry.kind}: the run is not deterministic`)
  return entry.answer
}
