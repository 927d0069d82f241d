import { runSaga } from 'saga-core/workflow'
import { type Transfer, transferSaga } from './saga.js'

export const transfer = (request: Transfer) => runSaga(transferSaga, request)
