import { condition } from '@temporalio/workflow'
import type { Columns } from 'saga-core'
import { runSaga, runSagaBatch, sagaWorkflow, type WorkflowRunOptions } from 'saga-core/workflow'
import { guestSaga, keySaga, packedSaga, type Stay, staySaga, tourSaga, visitSaga } from './stay.saga.js'

export const stay = (input: Stay, options?: WorkflowRunOptions) => runSaga(staySaga, input, options)
export const stays = (lanes: Columns<Stay>) => runSagaBatch(staySaga, lanes)
export const strictStays = (lanes: Columns<Stay>) => runSagaBatch(staySaga, lanes, { throwOn: ['refused'] })
export const visit = sagaWorkflow(visitSaga)
export const strictVisit = sagaWorkflow(visitSaga, { throwOn: ['refused'] })
export const placedVisit = sagaWorkflow(visitSaga, { placement: { room: 'nobody is here' } })
export const guest = sagaWorkflow(guestSaga)
export const guests = (lanes: Columns<Stay>) => runSagaBatch(guestSaga, lanes)
export const keys = (lanes: Columns<Stay>) => runSagaBatch(keySaga, lanes)
export const packed = (input: Stay) => runSaga(packedSaga, input)
export const tour = (input: Stay) => runSaga(tourSaga, input)
/** No saga: it waits for ever. */
export const nobody = () => condition(() => false)
