import { describe, expect, it } from 'vitest'
import { readTraceParent } from './trace-parent.js'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

describe('a traceparent', () => {
  it('names the span of the caller, and whether its trace is sampled', () => {
    expect(readTraceParent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, isSampled: true })
    expect(readTraceParent(`00-${traceId}-${spanId}-02`)).toEqual({ traceId, spanId, isSampled: false })
  })

  it('of a later version may go on after its flags', () => {
    expect(readTraceParent(`cc-${traceId}-${spanId}-01-more`)).toEqual({ traceId, spanId, isSampled: true })
    expect(readTraceParent(`cc-${traceId}-${spanId}-01.more`)).toBeUndefined()
  })

  it.each([
    undefined,
    '',
    [`00-${traceId}-${spanId}-01`],
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-1`,
    `00-${traceId}-${spanId}-01\n`,
    `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
    `cc-${traceId}-${spanId}-01-${'a'.repeat(512)}`,
  ])('is none: %j', (header) => {
    expect(readTraceParent(header)).toBeUndefined()
  })
})
