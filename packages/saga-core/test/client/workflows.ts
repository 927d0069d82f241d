import { sagaBatchWorkflow, sagaWorkflow } from 'saga-core/workflow'
import { guestSaga, keySaga, packedSaga, staySaga, tourSaga, visitSaga } from './stay.saga.js'

export const stay = sagaWorkflow(staySaga)
export const stays = sagaBatchWorkflow(staySaga)
export const strictStays = sagaBatchWorkflow(staySaga, { throwOn: ['refused'] })
export const visit = sagaWorkflow(visitSaga)
export const strictVisit = sagaWorkflow(visitSaga, { throwOn: ['refused'] })
export const guest = sagaWorkflow(guestSaga)
export const guests = sagaBatchWorkflow(guestSaga)
export const keys = sagaBatchWorkflow(keySaga)
export const packed = sagaWorkflow(packedSaga)
export const tour = sagaWorkflow(tourSaga)
