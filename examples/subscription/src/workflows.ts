import { sagaWorkflow } from 'saga-core/workflow'
import { accountSaga, subscriptionSaga } from './saga.js'

export const subscribe = sagaWorkflow(subscriptionSaga)
export const setUpAccount = sagaWorkflow(accountSaga)
