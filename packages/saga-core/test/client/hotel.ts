import type { LaneCall } from 'saga-core'
import { refuse } from 'saga-core/activity'
import type { Stay, StayActivities } from './stay.saga.js'

/** The effects of a test's activities, and its levers. */
export interface Hotel {
  readonly activities: StayActivities
  /** `true` when the activities that were down answer again. */
  mended: boolean
  /** The lanes whose activity is held up. */
  readonly held: Set<string>
  /** Lets them go on. */
  release(): void
  /** The idempotency keys rooms were taken under, by lane. */
  readonly taken: Map<string, string[]>
  readonly keys: Set<string>
}

class Unreachable extends Error {
  readonly code = 'ECONNREFUSED'
}

export function newHotel(): Hotel {
  const taken = new Map<string, string[]>()
  const released = Promise.withResolvers<void>()
  const hotel: Hotel = {
    held: new Set(),
    release: released.resolve,
    mended: false,
    taken,
    keys: new Set(),
    activities: {
      async takeRoom(stay: Stay, { idempotencyKey, step }: LaneCall) {
        if (stay.down === step && !hotel.mended) throw new Unreachable('the hotel does not answer')
        if (stay.hold === step) {
          hotel.held.add(stay.id)
          await released.promise
        }
        const before = taken.get(stay.id) ?? []
        taken.set(stay.id, [...before, idempotencyKey])
        const refused = stay.refuse === 'always' || (stay.refuse === 'once' && before.length === 0)
        if (refused) throw refuse('NO_ROOM', stay.details === undefined ? undefined : 'x'.repeat(stay.details))
        return { room: `room of ${stay.id}${'.'.repeat(stay.long ?? 0)}` }
      },
      async giveRoomBack() {},
      async sendKey(stay, { step }) {
        if (stay.down === step && !hotel.mended) throw new Unreachable('the post does not answer')
        hotel.keys.add(stay.id)
      },
    },
  }
  return hotel
}
