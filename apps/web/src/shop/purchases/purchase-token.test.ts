import { Refused } from 'seckill-client/public'
import { describe, expect, it } from 'vitest'
import { createPurchaseTokens, type TokenHeader } from './purchase-token.js'

const refused = (code: string) => new Refused(new Response(null, { status: 403 }), { error: code })

/** Purchases of a sale that takes these tokens; each new one is the next of them. */
function saleWith(valid: { token: string | undefined }) {
  const sent: TokenHeader[] = []
  let obtained = 0
  const tokens = createPurchaseTokens(async () => {
    obtained += 1
    return `token-${obtained}`
  })
  const buy = (voucherId: number) =>
    tokens.sending(voucherId, async (header) => {
      sent.push(header)
      if (valid.token !== undefined && header['Purchase-Token'] !== valid.token)
        throw refused('PURCHASE_TOKEN_REQUIRED')
      return 'bought'
    })
  return { buy, sent, obtained: () => obtained }
}

describe('a purchase', () => {
  it('has no token where the sale asks for none', async () => {
    const { buy, sent, obtained } = saleWith({ token: undefined })
    expect(await buy(7)).toBe('bought')
    expect([sent, obtained()]).toEqual([[{}], 0])
  })

  it('is sent again with a token where the sale asks for one, and the next one has it at once', async () => {
    const { buy, sent, obtained } = saleWith({ token: 'token-1' })
    expect([await buy(7), await buy(7)]).toEqual(['bought', 'bought'])
    expect([sent, obtained()]).toEqual([[{}, { 'Purchase-Token': 'token-1' }, { 'Purchase-Token': 'token-1' }], 1])
  })

  it('whose token is no longer valid gets a new one', async () => {
    const valid = { token: 'token-1' }
    const { buy, obtained } = saleWith(valid)
    await buy(7)
    valid.token = 'token-2'
    expect([await buy(7), obtained()]).toEqual(['bought', 2])
  })

  it('that is refused for another reason, or with a new token, is refused', async () => {
    const tokens = createPurchaseTokens(async () => 'token')
    await expect(tokens.sending(7, () => Promise.reject(refused('BLOCKED')))).rejects.toMatchObject({ code: 'BLOCKED' })
    const never = tokens.sending(7, () => Promise.reject(refused('PURCHASE_TOKEN_REQUIRED')))
    await expect(never).rejects.toMatchObject({ code: 'PURCHASE_TOKEN_REQUIRED' })
  })
})
