import { randomFillSync } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const tailBytes = 16
const form = /^([1-9]\d{0,15})-([a-z2-7]{26})$/

/** A reservation id taken apart. */
export interface ReservationId {
  readonly voucherId: number
  /** The part after the voucher: 26 characters of base32. */
  readonly tail: string
}

/**
 * Makes a reservation id: the voucher and 128 random bits in lower-case base32. Of the two bits by which 26 characters are longer, the last
 * one says whether the purchase is traced.
 */
export function newReservationId(voucherId: number, isTraced = false): string {
  return `${voucherId}-${base32(nextRandom(), isTraced ? 1 : 0)}`
}

/** Takes a reservation id apart; `null` when the text is none. */
export function parseReservationId(text: string): ReservationId | null {
  const match = form.exec(text)
  const voucherId = Number(match?.[1])
  const tail = match?.[2]
  return tail !== undefined && Number.isSafeInteger(voucherId) ? { voucherId, tail } : null
}

/** Random bytes drawn in advance: one call for many costs hardly more than one call for a few. */
const pool = new Uint8Array(tailBytes * 256)
let used = pool.length

function nextRandom(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += tailBytes
  return pool.subarray(used - tailBytes, used)
}

function base32(bytes: Uint8Array, lastBits: number): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(value >>> bits) & 31]
    }
  }
  return text + alphabet[((value << (5 - bits)) & 31) | lastBits]
}
