import { type LaneCall, saga, type UndoCall } from 'saga-core'
import { sagaBatchWorkflow } from 'saga-core/workflow'

interface Lane {
  readonly id: string
}

/** The activities of the sagas, by which a test sees what each lane has. */
export interface LimitedActivities {
  act(lane: Lane, call: LaneCall): Promise<string>
  undo(lane: Lane | undefined, call: UndoCall): Promise<void>
}

const step = { invoke: 'act', compensate: 'undo', onUnknown: 'compensate' } as const
const endless = { retry: { initialMs: 1_100, factor: 1, maximumMs: 1_100, attempts: 0 } } as const

/** The second step and its compensation are retried without end. */
const patientSaga = saga<Lane>('patient', { key: ({ id }) => id })
  .activities<LimitedActivities>()
  .step('one', step)
  .step('hard', { ...step, ...endless, compensation: endless })
  .build()

const names = ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9'] as const

/** Ten steps that another worker runs. */
const walkingSaga = names
  .reduce(
    (draft, name) => draft.step(name, step) as never,
    saga<Lane>('walking', { key: ({ id }) => id }).activities<LimitedActivities>(),
  )
  .step('s10', step)
  .build()

export const patient = sagaBatchWorkflow(patientSaga)
export const walking = sagaBatchWorkflow(walkingSaga)
