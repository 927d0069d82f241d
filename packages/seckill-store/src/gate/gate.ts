import type { Redis } from 'ioredis'
import { admit } from './admit.js'
import { apply, audit, recount } from './campaign.js'
import { confirm, hold, release } from './holds.js'
import { settle, take } from './runs.js'
import { withScripts } from './scripts.js'
import type { Gate } from './types.js'

/**
 * The gate on a Redis connection. Calls reject with the client's error when Redis does not answer, with
 * {@link GateInputError} when they name something impossible and, for `release` and `confirm`, with
 * {@link GateRecoveringError} while the gate is closed for recovery.
 */
export function createGate(redis: Redis): Gate {
  const taught = withScripts(redis)
  return {
    admit: (request) => admit(taught, request),
    take: (request) => take(taught, request),
    settle: (voucherId, runId) => settle(taught, voucherId, runId),
    release: (voucherId, releases) => release(taught, voucherId, releases),
    confirm: (voucherId, reservationIds) => confirm(taught, voucherId, reservationIds),
    apply: (campaign) => apply(taught, campaign),
    audit: (voucherId) => audit(taught, voucherId),
    recount: (voucherId) => recount(taught, voucherId),
    hold: (voucherId, reservationId) => hold(taught, voucherId, reservationId),
  }
}
