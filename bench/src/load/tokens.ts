import { closeSync, openSync, writeSync } from 'node:fs'
import { signToken } from 'seckill-cli/sale'

/** Tokens of users 1 to `count`, one a line of a file; taken slice by slice, from the start again when they are used up. */
export interface TokenFile {
  readonly file: string
  /** The first line of a slice this long that was not used for the longest time. */
  slice(length: number): number
}

const CHUNK = 1_000
const HOURS = 6

/** Signs the tokens; they stay good for hours, and each is another user's, so that the API verifies every one. */
export async function writeTokens(file: string, secret: string, count: number): Promise<TokenFile> {
  const out = openSync(file, 'w', 0o600)
  try {
    for (let first = 1; first <= count; first += CHUNK) {
      const users = Array.from({ length: Math.min(CHUNK, count - first + 1) }, (_, index) => first + index)
      const claims = { validForSeconds: HOURS * 3_600 }
      const tokens = await Promise.all(users.map((userId) => signToken(secret, { userId, ...claims })))
      writeSync(out, `${tokens.join('\n')}\n`)
    }
  } finally {
    closeSync(out)
  }
  let next = 1
  return {
    file,
    slice(length) {
      if (next + length - 1 > count) next = 1
      const first = next
      next += length
      return first
    },
  }
}
