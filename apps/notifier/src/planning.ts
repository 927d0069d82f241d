import type { Kysely } from 'kysely'
import { type Database, type NotificationChannel, planDeliveries, type Recipient } from 'seckill-store/mysql'
import type { Channel } from './channels/channel.js'
import type { Work } from './loop.js'

/** Notifications that are planned in one transaction. */
const plannedAtOnce = 500

/** What planning works with. */
export interface PlanningParts {
  readonly db: Kysely<Database>
  readonly channels: readonly Pick<Channel, 'name' | 'destinationOf'>[]
  readonly reminderMs: number
  onPlanned(notifications: number): void
}

/** Creates the work that gives each due notification its deliveries: one by each channel that its user has an address for. */
export function createPlanningWork({ db, channels, reminderMs, onPlanned }: PlanningParts): Work {
  const channelsOf = (recipient: Recipient): readonly NotificationChannel[] =>
    channels.filter((channel) => channel.destinationOf(recipient) !== undefined).map(({ name }) => name)
  return {
    async round() {
      const planned = await planDeliveries(db, { limit: plannedAtOnce, reminderMs, channelsOf })
      onPlanned(planned)
      return planned === plannedAtOnce
    },
  }
}
