import { expect, it } from 'vitest'
import { rememberTokens } from './remembered-tokens.js'

function counting(expiresAt: number) {
  const verified: string[] = []
  const verify = async (token: string) => {
    verified.push(token)
    return token.startsWith('bad') ? null : { userId: 7, role: undefined, expiresAt }
  }
  return { verified, verify }
}

it('a token is verified once, until it expires', async () => {
  let now = 0
  const { verified, verify } = counting(1_000)
  const remembered = rememberTokens(verify, 10, () => now)
  await remembered('a')
  expect((await remembered('a'))?.userId).toBe(7)
  expect(verified).toEqual(['a'])
  now = 1_000
  expect(await remembered('a')).toBeNull()
})

it('a bad token is never remembered, and the least recently used one is forgotten first', async () => {
  const { verified, verify } = counting(Number.POSITIVE_INFINITY)
  const remembered = rememberTokens(verify, 2)
  for (const token of ['bad', 'bad', 'a', 'b', 'a', 'c', 'a', 'b']) await remembered(token)
  expect(verified).toEqual(['bad', 'bad', 'a', 'b', 'c', 'b'])
})
