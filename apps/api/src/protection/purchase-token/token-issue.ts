import type { InstallationKeys } from 'seckill-certificate/keys'
import type { PurchaseTokenConfig } from '../protection-variables.js'
import { type Challenge, noChallenge } from './challenge.js'
import { createProofOfWork } from './proof-of-work.js'
import { createPurchaseTokens, derivedSecret, type PurchaseTokens } from './purchase-tokens.js'

/** Who gets a purchase token, and for how long. */
export interface PurchaseTokenIssue {
  readonly tokens: PurchaseTokens
  readonly challenge: Challenge
  readonly leadMs: number
  readonly validMs: number
}

/** Creates the tokens and the challenge of a configuration, with secrets derived from the keys of receipts. */
export function createTokenIssue(
  { challenge, proofOfWorkDigits, leadMs, validMs }: PurchaseTokenConfig,
  { receipts }: Pick<InstallationKeys, 'receipts'>,
): PurchaseTokenIssue {
  const tokens = createPurchaseTokens(receipts)
  if (challenge === 'none') return { tokens, challenge: noChallenge, leadMs, validMs }
  const secret = derivedSecret(String(receipts[0]), 'challenge').toString('base64url')
  return { tokens, challenge: createProofOfWork(proofOfWorkDigits, secret), leadMs, validMs }
}
