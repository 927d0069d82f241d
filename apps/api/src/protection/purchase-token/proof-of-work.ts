import { createChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import { z } from 'zod'
import type { Challenge, TokenSubject } from './challenge.js'

const algorithm = 'SHA-256'
const validMs = 300_000

const task = z.strictObject({
  parameters: z.strictObject({
    algorithm: z.literal(algorithm),
    nonce: z.string().max(64),
    salt: z.string().max(64),
    // More would let a client choose how long the server computes.
    cost: z.literal(1),
    keyLength: z.literal(32),
    keyPrefix: z.string().max(16),
    expiresAt: z.number(),
    data: z.strictObject({ userId: z.number(), voucherId: z.number() }),
  }),
  signature: z.string().max(128),
})
const solution = z.object({
  counter: z.number().int().min(0),
  derivedKey: z.string().max(128),
  time: z.number().optional(),
})

/**
 * A task that costs the client about `16 ** digits` hashes, and the server one. It is signed, and names the user and the voucher: a solution is
 * of no use to another user, and used again it gives its own user nothing new.
 */
export function createProofOfWork(digits: number, secret: string): Challenge {
  return {
    async give({ userId, voucherId }) {
      const challenge = await createChallenge({
        algorithm,
        cost: 1,
        keyPrefix: '0'.repeat(digits),
        expiresAt: new Date(Date.now() + validMs),
        data: { userId, voucherId },
        deriveKey,
        hmacSignatureSecret: secret,
      })
      return { ...challenge }
    },
    async isPassed(subject, solved) {
      const given = task.safeParse(solved?.task)
      const found = solution.safeParse(solved?.solution)
      if (!given.success || !found.success || !isOf(subject, given.data.parameters.data)) return false
      const { counter, derivedKey, time = 0 } = found.data
      const { verified } = await verifySolution({
        challenge: given.data,
        solution: { counter, derivedKey, time },
        deriveKey,
        hmacSignatureSecret: secret,
      })
      return verified
    },
  }
}

function isOf(subject: TokenSubject, data: TokenSubject): boolean {
  return data.userId === subject.userId && data.voucherId === subject.voucherId
}
