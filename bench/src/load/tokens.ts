import { closeSync, openSync, writeSync } from 'node:fs'
import { signToken } from 'seckill-cli/sale'
import { roundsOf, type Sizes } from '../sizes.js'

/** Lines of a token file. */
export interface TokenSlice {
  readonly tokensFile: string
  /** The first line, from 1. */
  readonly first: number
  readonly count: number
}

const chunkSize = 1_000
const validSeconds = 6 * 3_600

/** Shoppers for every run of one side over HTTP together. */
export function allHttpShoppers(sizes: Sizes): number {
  return sizes.httpShoppers * roundsOf(sizes)
}

/**
 * Signs a token for every shopper and writes one a line; answers the lines of each run. No token is used in two runs, so
 * that the API has to verify every one.
 */
export async function writeTokens(
  tokensFile: string,
  secret: string,
  sizes: Sizes,
): Promise<(round: number) => TokenSlice> {
  const out = openSync(tokensFile, 'w', 0o600)
  try {
    for (let first = 1; first <= allHttpShoppers(sizes); first += chunkSize) {
      const users = Array.from({ length: chunkSize }, (_, index) => first + index)
      const sign = (userId: number) => signToken(secret, { userId, validForSeconds: validSeconds })
      writeSync(out, `${(await Promise.all(users.map(sign))).join('\n')}\n`)
    }
  } finally {
    closeSync(out)
  }
  const { httpShoppers: count } = sizes
  return (round) => ({ tokensFile, first: round * count + 1, count })
}
