import { createAdmit } from './admit.js'
import type { Replication } from './admit-replicated.js'
import { buyers } from './buyers.js'
import { apply, audit, oldestWaiting } from './campaign.js'
import type { GateConnection } from './connect.js'
import { explain } from './connection-lost.js'
import { holds, liveHolds, release } from './holds.js'
import { now } from './now.js'
import { putAside, takeUp } from './put-aside.js'
import { queue } from './queue.js'
import { reservationsOf } from './reservations-of.js'
import { halve, requeue, secure, settle, take } from './runs.js'
import { withScripts } from './scripts.js'
import type { Gate } from './types.js'

/**
 * The gate on a Redis connection. Calls reject with {@link GateUnavailableError} when Redis does not answer, with
 * {@link GateFullError} when it is full, with {@link GateInputError} when an argument is out of its range and, for `secure` and `release`, with {@link GateRecoveringError}
 * while the gate is closed for recovery. `replicas`: so many replicas have an admission before it is answered.
 */
export function createGate(redis: GateConnection, { replicas }: Replication = { replicas: 0 }): Gate {
  const taught = withScripts(redis)
  return {
    admit: createAdmit(taught, replicas),
    take: (request) => take(taught, request).catch(explain('take', request.voucherId)),
    secure: (voucherId, runId, lanes) =>
      secure(taught, voucherId, { runId, lanes }).catch(explain('secure', voucherId)),
    settle: (voucherId, runId) => settle(taught, voucherId, runId).catch(explain('settle', voucherId)),
    halve: (voucherId, runId, halves) => halve(taught, voucherId, { runId, halves }).catch(explain('halve', voucherId)),
    requeue: (voucherId, held) => requeue(taught, voucherId, held).catch(explain('requeue', voucherId)),
    putAside: (voucherId) => putAside(taught, voucherId).catch(explain('putAside', voucherId)),
    takeUp: (voucherId) => takeUp(taught, voucherId).catch(explain('takeUp', voucherId)),
    release: (voucherId, releases) => release(taught, voucherId, releases).catch(explain('release', voucherId)),
    apply: (campaign, options) => apply(taught, campaign, options).catch(explain('apply', campaign.voucherId)),
    audit: (voucherId) => audit(taught, voucherId).catch(explain('audit', voucherId)),
    oldestWaiting: (voucherId) => oldestWaiting(taught, voucherId).catch(explain('oldestWaiting', voucherId)),
    buyers: (request) => buyers(taught, request).catch(explain('buyers', request.voucherId)),
    reservationsOf: (voucherId, userId) =>
      reservationsOf(taught, voucherId, userId).catch(explain('reservationsOf', voucherId)),
    now: () => now(taught),
    queue: (voucherId) => queue(taught, voucherId).catch(explain('queue', voucherId)),
    hold: async (voucherId, id) =>
      (await holds(taught, voucherId, [id]).catch(explain('hold', voucherId))).get(id) ?? null,
    holds: (voucherId, reservationIds) => holds(taught, voucherId, reservationIds).catch(explain('holds', voucherId)),
    liveHolds: (voucherId) => liveHolds(taught, voucherId).catch(explain('liveHolds', voucherId)),
  }
}
