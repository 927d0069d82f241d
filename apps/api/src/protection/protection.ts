import type { IncomingMessage } from 'node:http'
import type { Registry } from 'prom-client'
import { ApiError } from '../http/api-error.js'
import type { ErrorCode } from '../http/error-codes.js'
import { createClientAddress } from './client-address.js'
import { watchOverload } from './overload.js'
import { createProtectionMetrics, type RefusalReason } from './protection-metrics.js'
import type { ProtectionConfig } from './protection-variables.js'
import type { TokenSubject } from './purchase-token/challenge.js'
import type { PurchaseTokens } from './purchase-token/purchase-tokens.js'
import { createRateLimit } from './rate-limit.js'
import type { AssessRisk, PurchaseFacts } from './risk.js'

/** What stands before the work of a request. It reads the memory of this process only, and makes no promise. */
export interface Protection {
  /**
   * Lets a purchase in before its token is verified; answers its client's address.
   *
   * @throws ApiError OVERLOADED, TOO_MANY_REQUESTS
   */
  enter(request: IncomingMessage): string | undefined
  /** Lets a purchase on, once its user is known. @throws ApiError BLOCKED, TOO_MANY_REQUESTS */
  admitUser(facts: PurchaseFacts): void
  /** Lets a purchase on that carries a token, where one is required. @throws ApiError PURCHASE_TOKEN_REQUIRED */
  requireToken(request: IncomingMessage, subject: TokenSubject): void
  /** Takes note of how a purchase was refused. */
  failed(address: string | undefined, code: ErrorCode): void
  /** Lets another request in. @throws ApiError TOO_MANY_REQUESTS */
  enterOther(request: IncomingMessage): void
  stop(): void
}

const overloadedForMs = 1_000

/** Errors of garbage: no honest client sends many of them. */
const faults: ReadonlySet<ErrorCode> = new Set([
  'INVALID_REQUEST',
  'INVALID_JSON',
  'UNAUTHENTICATED',
  'CROSS_ORIGIN',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
])

const overloaded = new ApiError('OVERLOADED', { retryAfterMs: overloadedForMs })
const blocked = new ApiError('BLOCKED')
const tokenRequired = new ApiError('PURCHASE_TOKEN_REQUIRED')

/** Errors by their Retry-After: in a flood it is dear to make one, with its stack, for each answer. */
const tooMany = new Map<number, ApiError>()

function tooManyRequests(waitMs: number): ApiError {
  const seconds = Math.ceil(waitMs / 1_000)
  const known = tooMany.get(seconds)
  if (known !== undefined) return known
  const error = new ApiError('TOO_MANY_REQUESTS', { retryAfterMs: seconds * 1_000 })
  tooMany.set(seconds, error)
  return error
}

export interface ProtectionDependencies {
  readonly config: ProtectionConfig
  readonly assessRisk: AssessRisk
  readonly tokens: Pick<PurchaseTokens, 'isValid'>
  readonly registry: Registry
}

/** Creates the protections of one process. */
export function createProtection({ config, assessRisk, tokens, registry }: ProtectionDependencies): Protection {
  const { rateLimitMs: perMs } = config
  const addressOf = createClientAddress(config.trustedProxyHops)
  const overload = watchOverload(config.shedDelayMs)
  const metrics = createProtectionMetrics(registry, overload)
  const purchasesOfAddress = createRateLimit<string>({ requests: config.purchasesPerAddress, perMs })
  const purchasesOfUser = createRateLimit<number>({ requests: config.purchasesPerUser, perMs })
  const faultsOfAddress = createRateLimit<string>({ requests: config.faultsPerAddress, perMs })
  const requestsOfAddress = createRateLimit<string>({ requests: config.requestsPerAddress, perMs })

  const refuse = (reason: RefusalReason, error: ApiError): never => {
    metrics.refused(reason)
    throw error
  }
  const require = (reason: RefusalReason, waitMs: number): void => {
    if (waitMs > 0) refuse(reason, tooManyRequests(waitMs))
  }

  return {
    enter(request) {
      if (overload.isOverloaded()) refuse('overload', overloaded)
      const address = addressOf(request)
      if (address === undefined) return undefined
      require('faults', faultsOfAddress.waitMs(address))
      require('address', purchasesOfAddress.waitMs(address))
      purchasesOfAddress.count(address)
      return address
    },
    admitUser(facts) {
      if (assessRisk(facts) === 'refuse') refuse('risk', blocked)
      const { userId } = facts
      require('user', purchasesOfUser.waitMs(userId))
      purchasesOfUser.count(userId)
    },
    requireToken({ headers }, subject) {
      if (!config.purchaseTokens.areRequired) return
      const token = headers['purchase-token']
      if (typeof token !== 'string' || !tokens.isValid(token, subject)) refuse('token', tokenRequired)
    },
    failed(address, code) {
      if (address !== undefined && faults.has(code)) faultsOfAddress.count(address)
    },
    enterOther(request) {
      const address = addressOf(request)
      if (address === undefined) return
      require('requests', requestsOfAddress.waitMs(address))
      requestsOfAddress.count(address)
    },
    stop: overload.stop,
  }
}
