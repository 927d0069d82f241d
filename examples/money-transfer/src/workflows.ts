import { sagaWorkflow } from 'saga-core/workflow'
import { transferSaga } from './saga.js'

export const transfer = sagaWorkflow(transferSaga)
