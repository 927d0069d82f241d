import { describe, expect, it } from 'vitest'
import { newReservationId } from './reservation-id.js'
import { traceOf } from './reservation-trace.js'

describe('the trace of a reservation', () => {
  it('is named by the bits of its id, and its first span by the last 64 of them', () => {
    const { traceId, spanId } = traceOf('42-abcdefghijklmnopqrstuvwxyb') ?? { traceId: '', spanId: '' }
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    // RFC 4648: five bits a letter, from the left.
    const bits = [...'abcdefghijklmnopqrstuvwxyb'].map((letter) =>
      (letter.charCodeAt(0) - 97).toString(2).padStart(5, '0'),
    )
    expect(BigInt(`0x${traceId}`)).toBe(BigInt(`0b${bits.join('').slice(0, 128)}`))
    expect(traceId.endsWith(spanId)).toBe(true)
    expect(spanId).toHaveLength(16)
  })

  it('is a trace of its own for each purchase that is traced, the same wherever it is asked for', () => {
    const ids = Array.from({ length: 1_000 }, () => newReservationId(7, true))
    const traces = ids.map((id) => traceOf(id)?.traceId)
    expect(new Set(traces).size).toBe(1_000)
    expect(traces).not.toContain(undefined)
    expect(ids.map((id) => traceOf(id)?.traceId)).toEqual(traces)
  })

  it('is none for a purchase that is not traced, and for a text that is no id', () => {
    for (let at = 0; at < 1_000; at++) expect(traceOf(newReservationId(7))).toBeUndefined()
    for (const text of ['', 'b', 'refund-5b', `0-${'b'.repeat(26)}`, `1-${'b'.repeat(25)}`])
      expect(traceOf(text)).toBeUndefined()
  })
})
