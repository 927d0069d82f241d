import { milliseconds } from 'seckill-process/configuration'
import { z } from 'zod'

/** A number of requests; 0 stands for no limit. */
function limit(fallback: number) {
  return z.coerce.number().int().min(0).max(10_000_000).default(fallback)
}

interface Defaults {
  readonly purchasesPerUser: number
  readonly purchasesPerAddress: number
  readonly faultsPerAddress: number
  readonly requestsPerAddress: number
  readonly shedDelayMs: number
}

/** On one machine all shoppers have one address, and the API has no core of its own. */
const ofLocalMode: Defaults = {
  purchasesPerUser: 0,
  purchasesPerAddress: 0,
  faultsPerAddress: 0,
  requestsPerAddress: 0,
  shedDelayMs: 0,
}

const ofProduction: Defaults = {
  purchasesPerUser: 20,
  purchasesPerAddress: 500,
  faultsPerAddress: 20,
  requestsPerAddress: 2_000,
  shedDelayMs: 200,
}

/** The variables of the protections of a mode. */
export function protectionVariables(mode: 'local' | 'production') {
  const defaults = mode === 'local' ? ofLocalMode : ofProduction
  return {
    TRUSTED_PROXY_HOPS: z.coerce
      .number()
      .int()
      .min(0)
      .max(10)
      .optional()
      .describe(
        'proxies in front of the API; unset: addresses are not known, and nothing is limited or blocked by address',
      ),
    RATE_LIMIT_MS: milliseconds(1_000, 10_000).describe('the time that the following limits are for'),
    PURCHASES_PER_USER: limit(defaults.purchasesPerUser).describe('purchase requests of a user; 0 is no limit'),
    PURCHASES_PER_ADDRESS: limit(defaults.purchasesPerAddress).describe(
      'purchase requests of an address; 0 is no limit',
    ),
    FAULTS_PER_ADDRESS: limit(defaults.faultsPerAddress).describe(
      'purchase requests of an address without a valid token, or that cannot be read; 0 is no limit',
    ),
    REQUESTS_PER_ADDRESS: limit(defaults.requestsPerAddress).describe('other requests of an address; 0 is no limit'),
    SHED_DELAY_MS: milliseconds(0, defaults.shedDelayMs).describe(
      'the delay of the event loop from which on purchases are refused; 0 is never',
    ),
    BLOCKS_READ_EVERY_MS: milliseconds(100, 1_000).describe(
      'the time after which a block of another process is in force',
    ),
    PURCHASE_TOKENS: z.enum(['off', 'on']).default('off').describe('`on`: a purchase needs a purchase token'),
    PURCHASE_TOKEN_LEAD_MS: milliseconds(0, 60_000, 86_400_000).describe(
      'how long before its sale begins a purchase token is given',
    ),
    PURCHASE_TOKEN_VALID_MS: milliseconds(1_000, 600_000, 86_400_000).describe(
      'the time that a purchase token is valid',
    ),
    CHALLENGE: z
      .enum(['none', 'proof-of-work'])
      .default('none')
      .describe('what a user has to pass to get a purchase token'),
    PROOF_OF_WORK_DIGITS: z.coerce
      .number()
      .int()
      .min(1)
      .max(6)
      .default(4)
      .describe('zeros in base 16 that a proof of work needs; each makes it 16 times as much work'),
  }
}

type Variables = z.output<z.ZodObject<ReturnType<typeof protectionVariables>>>

/** Purchase tokens; times in milliseconds. */
export interface PurchaseTokenConfig {
  /** Refuses purchases without a token. */
  readonly areRequired: boolean
  /** How long before its sale begins a token is given. */
  readonly leadMs: number
  readonly validMs: number
  readonly challenge: 'none' | 'proof-of-work'
  /** Zeros in base 16 that a proof of work needs: each makes it 16 times as much work. */
  readonly proofOfWorkDigits: number
}

/** The limits of one process; a limit of 0 is none. */
export interface ProtectionConfig {
  /** Proxies in front of this process; undefined: clients' addresses are not known, so that nothing is limited or blocked by address. */
  readonly trustedProxyHops: number | undefined
  /** The time for which the limits are, in milliseconds. */
  readonly rateLimitMs: number
  readonly purchasesPerUser: number
  readonly purchasesPerAddress: number
  /** Purchase requests without a valid token, or that cannot be read. */
  readonly faultsPerAddress: number
  /** All other requests, those of the payment provider and of probes excepted. */
  readonly requestsPerAddress: number
  /** The delay of the event loop from which on purchases are refused, in milliseconds. */
  readonly shedDelayMs: number
  /** The time after which a block of another process is in force, in milliseconds. */
  readonly blocksReadEveryMs: number
  readonly purchaseTokens: PurchaseTokenConfig
}

/** The protections as the variables say. */
export function protectionConfigOf(variables: Variables): ProtectionConfig {
  return {
    trustedProxyHops: variables.TRUSTED_PROXY_HOPS,
    rateLimitMs: variables.RATE_LIMIT_MS,
    purchasesPerUser: variables.PURCHASES_PER_USER,
    purchasesPerAddress: variables.PURCHASES_PER_ADDRESS,
    faultsPerAddress: variables.FAULTS_PER_ADDRESS,
    requestsPerAddress: variables.REQUESTS_PER_ADDRESS,
    shedDelayMs: variables.SHED_DELAY_MS,
    blocksReadEveryMs: variables.BLOCKS_READ_EVERY_MS,
    purchaseTokens: {
      areRequired: variables.PURCHASE_TOKENS === 'on',
      leadMs: variables.PURCHASE_TOKEN_LEAD_MS,
      validMs: variables.PURCHASE_TOKEN_VALID_MS,
      challenge: variables.CHALLENGE,
      proofOfWorkDigits: variables.PROOF_OF_WORK_DIGITS,
    },
  }
}
