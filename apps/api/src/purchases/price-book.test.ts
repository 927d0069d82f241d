import type { Campaign, PromisedPrice } from 'seckill-store/mysql'
import { describe, expect, it } from 'vitest'
import { createPriceBook } from './price-book.js'

const now = { voucherId: 7, version: 5, priceMinor: 990, currency: 'CNY' } as Campaign
const former: PromisedPrice = { priceMinor: 1_990, currency: 'CNY' }

function bookOf(read: (voucherId: number, version: number) => Promise<PromisedPrice | undefined>) {
  return createPriceBook({ last: (voucherId) => (voucherId === 7 ? now : undefined) }, read)
}

describe('the price of a version', () => {
  it('that the campaign has now is known without a read', () => {
    expect(bookOf(() => Promise.reject(new Error('read')))(7, 5)).toBe(now)
  })

  it('that was read once is known from then on; many who need it at once share the read', async () => {
    const read: number[] = []
    const priceOf = bookOf(async (_voucherId, version) => {
      read.push(version)
      return former
    })
    expect(await Promise.all([priceOf(7, 3), priceOf(7, 3)])).toEqual([former, former])
    expect(priceOf(7, 3)).toBe(former)
    expect(read).toEqual([3])
  })

  it('whose read failed is read again', async () => {
    let fails = true
    const priceOf = bookOf(async () => {
      if (fails) throw new Error('MySQL does not answer')
      return former
    })
    await expect(priceOf(7, 3)).rejects.toThrow('does not answer')
    fails = false
    expect(await priceOf(7, 3)).toEqual(former)
  })

  it('0, that of a hold which was made again, is none', () => {
    expect(bookOf(() => Promise.reject(new Error('read')))(7, 0)).toBeUndefined()
  })
})
