import type { RunOptions } from 'saga-core'
import { runSaga } from 'saga-core/workflow'
import { type Account, accountSaga, type Subscription, subscriptionSaga } from './saga.js'

export const subscribe = (subscription: Subscription) => runSaga(subscriptionSaga, subscription)

/** As a child it is also told to undo what it did: that is in the options. */
export const setUpAccount = (account: Account, options?: RunOptions) => runSaga(accountSaga, account, options)
