import { runSaga } from 'saga-core/workflow'
import { type Transfer, transferSaga } from './transfer.js'

export function transfer(input: Transfer) {
  return runSaga(transferSaga, input)
}
