import { runSaga } from 'saga-core/workflow'
import { type Transfer, transferSaga } from './transfer.js'

export const transfer = (input: Transfer) => runSaga(transferSaga, input)
