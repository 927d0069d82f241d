import type { LaneCall } from 'saga-core'
import { refuse, stepFenced } from 'saga-core/activity'
import type { Platform } from './platform.js'
import type { Account, Subscription } from './subscription.js'

export type AccountActivities = ReturnType<typeof createAccountActivities>
export type SubscriptionActivities = ReturnType<typeof createSubscriptionActivities>

/** The steps of the child saga. */
export function createAccountActivities(platform: Platform) {
  return {
    async createTenant({ id, email }: Account, call: LaneCall) {
      if (!(await platform.put('tenants', id, { email }))) throw stepFenced(call.step)
      return `tenant-${id}`
    },
    deleteTenant: ({ id }: Account) => platform.remove('tenants', id),
    async createLogin({ id, email }: Account, call: LaneCall) {
      if (!email.includes('@')) throw refuse('NO_EMAIL_ADDRESS', { email })
      if (!(await platform.put('logins', id, { email }))) throw stepFenced(call.step)
    },
    deleteLogin: ({ id }: Account) => platform.remove('logins', id),
  }
}

export interface Charge {
  readonly plan: string
  readonly card: string
}

/** The steps of the subscription; from the charge on each may run again, and none is compensated. */
export function createSubscriptionActivities(platform: Platform) {
  return {
    async charge({ plan, card }: Charge, call: LaneCall) {
      if (card === 'declined') throw refuse('CARD_DECLINED')
      await platform.put('charges', call.idempotencyKey, { plan, card })
    },
    activate: async (tenant: string) => void (await platform.put('active', tenant, true)),
    sendWelcome: async ({ id, email }: Subscription) => void (await platform.put('mails', id, { to: email })),
  }
}
