import { condition } from '@temporalio/workflow'
import type { Columns } from 'saga-core'
import { runSaga, runSagaBatch, sagaWorkflow, type WorkflowRunOptions } from 'saga-core/workflow'
import { guestSaga, keySaga, packedSaga, type Stay, staySaga, tourSaga, visitSaga } from './stay.saga.js'

export function stay(input: Stay, options?: WorkflowRunOptions) {
  return runSaga(staySaga, input, options)
}

export function stays(lanes: Columns<Stay>) {
  return runSagaBatch(staySaga, lanes)
}

export function strictStays(lanes: Columns<Stay>) {
  return runSagaBatch(staySaga, lanes, { throwOn: ['refused'] })
}

export const visit = sagaWorkflow(visitSaga)
export const strictVisit = sagaWorkflow(visitSaga, { throwOn: ['refused'] })
export const placedVisit = sagaWorkflow(visitSaga, { placement: { room: 'nobody is here' } })
export const guest = sagaWorkflow(guestSaga)

export function guests(lanes: Columns<Stay>) {
  return runSagaBatch(guestSaga, lanes)
}

export function keys(lanes: Columns<Stay>) {
  return runSagaBatch(keySaga, lanes)
}

export function packed(input: Stay) {
  return runSaga(packedSaga, input)
}

export function tour(input: Stay) {
  return runSaga(tourSaga, input)
}

/** No saga: it waits for ever. */
export function nobody() {
  return condition(() => false)
}
