import { saga, typed } from 'saga-core'
import type { AccountActivities, SubscriptionActivities } from './activities.js'

export interface Account {
  readonly id: string
  readonly email: string
}

export interface Subscription extends Account {
  readonly plan: string
  /** How long the customer may take to give a card, in milliseconds. */
  readonly payWithinMs: number
}

export interface Card {
  readonly token: string
}

/** Setting an account up is a saga of its own: others use it too. */
export const accountSaga = saga<Account>('account', { key: (account) => account.id })
  .activities<AccountActivities>()
  .step('tenant', { invoke: 'createTenant', compensate: 'deleteTenant', onUnknown: 'compensate' })
  .step('login', { invoke: 'createLogin', compensate: 'deleteLogin', onUnknown: 'compensate' })
  .build()

/** Charged, it goes on until it is done; before, anything that stops it takes the account away again. */
export const subscriptionSaga = saga<Subscription>('subscription', {
  key: (subscription) => subscription.id,
  deadline: ({ payWithinMs }, startedAt) => startedAt + payWithinMs,
})
  .activities<SubscriptionActivities>()
  .child('account', accountSaga, { workflow: 'setUpAccount', arg: ({ input: { id, email } }) => ({ id, email }) })
  .wait('card', { message: typed<Card>() })
  .pivot('charge', { invoke: 'charge', arg: ({ input, results }) => ({ plan: input.plan, card: results.card.token }) })
  .retriable('activate', { invoke: 'activate', arg: ({ results }) => results.account.tenant })
  .retriable('welcome', { invoke: 'sendWelcome' })
  .build()
