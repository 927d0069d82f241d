import { Refused } from 'seckill-client/public'

/** The header with a purchase token, where one is known. */
export interface TokenHeader {
  readonly 'Purchase-Token'?: string
}

/** Sends purchase requests with a purchase token where the sale asks for one. */
export interface PurchaseTokens {
  /** Sends with the token that is known; a request that is refused for want of one is sent again with a new one. */
  sending<T>(voucherId: number, send: (header: TokenHeader) => Promise<T>): Promise<T>
}

/** Creates the tokens of a user's page; `obtain` solves the challenge. */
export function createPurchaseTokens(obtain: (voucherId: number) => Promise<string>): PurchaseTokens {
  const known = new Map<number, string>()

  const headerOf = (voucherId: number): TokenHeader => {
    const token = known.get(voucherId)
    return token === undefined ? {} : { 'Purchase-Token': token }
  }

  return {
    async sending(voucherId, send) {
      try {
        return await send(headerOf(voucherId))
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== 'PURCHASE_TOKEN_REQUIRED') throw error
        known.set(voucherId, await obtain(voucherId))
        return send(headerOf(voucherId))
      }
    },
  }
}
