import { createHmac } from 'node:crypto'
import { toBase64url } from '../format/base64url.js'

const pseudonymBytes = 16

/**
 * Makes the pseudonym of users of one voucher: 128 bits of an HMAC-SHA256 over voucher and user. The same user has the same
 * one in every certificate of the voucher, and another one elsewhere; without the key nobody can tell whose it is.
 */
export function pseudonymsOf(key: string, voucherId: number): (userId: number) => string {
  const secret = Buffer.from(key, 'base64url')
  return (userId) => {
    const mac = createHmac('sha256', secret).update(`seckill-pseudonym/1 ${voucherId} ${userId}`).digest()
    return toBase64url(mac.subarray(0, pseudonymBytes))
  }
}
