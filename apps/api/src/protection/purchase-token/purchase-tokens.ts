import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { TokenSubject } from './challenge.js'

const macBytes = 18
const form = /^([0-9a-z]{1,11})\.([\w-]{24})$/

/** Tokens that let one user buy one voucher for some time. */
export interface PurchaseTokens {
  sign(subject: TokenSubject, expiresAt: number): string
  isValid(token: string, subject: TokenSubject): boolean
}

/** Derives a secret of its own from a secret of the installation. */
export function derivedSecret(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64url'), '', `seckill ${purpose}`, 32))
}

/** Creates the tokens; the first secret signs, all of them verify, in every process of the installation. */
export function createPurchaseTokens(secrets: readonly string[], now: () => number = Date.now): PurchaseTokens {
  const keys = secrets.map((secret) => createSecretKey(derivedSecret(secret, 'purchase token')))
  const [first] = keys
  if (first === undefined) throw new RangeError('Purchase tokens need a secret; none is given.')
  return {
    sign(subject, expiresAt) {
      const until = expiresAt.toString(36)
      return `${until}.${macOf(first, subject, until).toString('base64url')}`
    },
    isValid(token, subject) {
      const [, until, mac] = form.exec(token) ?? []
      if (until === undefined || mac === undefined || Number.parseInt(until, 36) <= now()) return false
      const given = Buffer.from(mac, 'base64url')
      return keys.some((key) => timingSafeEqual(macOf(key, subject, until), given))
    },
  }
}

function macOf(key: KeyObject, { userId, voucherId }: TokenSubject, until: string): Buffer {
  return createHmac('sha256', key).update(`1 ${userId} ${voucherId} ${until}`).digest().subarray(0, macBytes)
}
