import { sagaWorkflow } from 'saga-core/workflow'
import { tripSaga } from './saga.js'

export const bookTrip = sagaWorkflow(tripSaga)
