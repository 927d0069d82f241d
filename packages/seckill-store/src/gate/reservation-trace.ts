import { parseReservationId } from './reservation-id.js'

/** The first span of a purchase's trace, that of its request, by W3C Trace Context's ids. */
export interface ReservationTrace {
  readonly traceId: string
  readonly spanId: string
}

const bytes = 16
const firstDigit = 'a'.charCodeAt(0)
const traced = /[bfjnrvz5]$/

/** The trace of a purchase, which is named by the 128 random bits of its reservation id; `undefined` for one that is not traced. */
export function traceOf(reservationId: string): ReservationTrace | undefined {
  if (!traced.test(reservationId)) return undefined
  const tail = parseReservationId(reservationId)?.tail
  if (tail === undefined) return undefined
  const traceId = bitsOf(tail).toString('hex')
  return { traceId, spanId: traceId.slice(bytes) }
}

function bitsOf(tail: string): Buffer {
  const bits = Buffer.alloc(bytes)
  let value = 0
  let count = 0
  let at = 0
  for (const letter of tail) {
    const digit = letter >= 'a' ? letter.charCodeAt(0) - firstDigit : Number(letter) + 24
    value = ((value << 5) | digit) & 0xfff
    count += 5
    if (count < 8) continue
    count -= 8
    bits[at++] = (value >>> count) & 0xff
  }
  return bits
}
