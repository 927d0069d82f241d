import { saga, typed } from 'saga-core'
import type { AccountActivities, SubscriptionActivities } from './activities.js'
import type { Account, Card, Subscription } from './subscription.js'

/** Setting an account up is a saga of its own, which other sagas can call too. */
export const accountSaga = saga<Account>('account', { key: (account) => account.id })
  .activities<AccountActivities>()
  .step('tenant', { invoke: 'createTenant', compensate: 'deleteTenant', onUnknown: 'compensate' })
  .step('login', { invoke: 'createLogin', compensate: 'deleteLogin', onUnknown: 'compensate' })
  .build()

/** The charge is the pivot: before it, every failure deletes the account; after it, the saga only goes forward. */
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
