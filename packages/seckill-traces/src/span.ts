import { randomBytes } from 'node:crypto'

/** The place of a span in a trace, by W3C Trace Context's ids in lower-case hexadecimal. */
export interface SpanPlace {
  /** 32 digits. */
  readonly traceId: string
  /** 16 digits. */
  readonly spanId: string
}

/** A span that has ended, of a trace that is sampled. */
export interface EndedSpan {
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly place: SpanPlace
  /** Undefined for the first span of a trace. */
  readonly parent?: SpanPlace
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
  /** Spans of other traces that it has to do with. */
  readonly links?: readonly SpanPlace[]
  /** The reason for which it failed. */
  readonly failed?: string | undefined
}

/** The spans of a process on their way to the collector. Nothing waits for them: those that it cannot take in time are lost. */
export interface Traces {
  record(span: EndedSpan): void
  /** Sends what is recorded; resolves also where the collector does not take it. */
  close(): Promise<void>
}

/** A new place in the trace of a span. */
export function placeIn({ traceId }: SpanPlace): SpanPlace {
  return { traceId, spanId: randomBytes(8).toString('hex') }
}

/** Now, in epoch milliseconds with fractions, by a clock that never goes back. */
export function clockNow(): number {
  return performance.timeOrigin + performance.now()
}
