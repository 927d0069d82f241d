import type { SagaDefinition, StepDefinition } from 'saga-core'
import type { RecordedSaga } from '../replay/sagas.js'
import type { ChangedSaga } from './changed-saga.js'
import { inserted, raised, stepOf, without, withStep } from './changes.js'
import { recordedSaga } from './recorded-saga.js'

function changed(
  saga: RecordedSaga,
  change: (before: SagaDefinition) => SagaDefinition,
  verdict: ChangedSaga['verdict'] = 'safe',
  breaks: ChangedSaga['breaks'] = 'nothing',
): ChangedSaga {
  return { saga, after: change(recordedSaga(saga)), verdict, breaks }
}

/** A step as a later version has it: under another name, in the place of the former. */
function replaced(before: SagaDefinition, name: string, step: Partial<StepDefinition>): SagaDefinition {
  const former = stepOf(before, name)
  const later = { ...former, ...step, name: `${name}2`, since: 2 } as StepDefinition
  return raised(withStep(inserted(before, name, later), name, { until: 2 }))
}

function added(before: SagaDefinition, since?: number): StepDefinition {
  return {
    ...stepOf(before, 'one'),
    name: 'added',
    ...(since !== undefined && { since }),
  }
}

/** Changes under a version of their own, and what is wrong with versions. */
export const underVersions: Readonly<Record<string, ChangedSaga>> = {
  'version raised': changed('setWise', raised),
  'version raised by two': changed('grown', (before) => raised(before, 2)),
  'step added since a version': changed('setWise', (before) => raised(inserted(before, 'two', added(before, 2)))),
  'step removed until a version': changed('setWise', (before) => raised(withStep(before, 'two', { until: 2 }))),
  'adopted effect added, version raised': changed(
    'setWise',
    (before) => raised(inserted(before, 'hold', { ...stepOf(before, 'hold'), name: 'added' })),
    'forbidden',
    'replay',
  ),
  'step renamed between versions': changed('setWise', (before) => replaced(before, 'two', {})),
  'activity renamed between versions': changed('perLane', (before) =>
    replaced(before, 'one', { invoke: { ...stepOf(before, 'one').invoke, activity: 'other' } as never }),
  ),
  'per lane to set-wise between versions': changed('perLane', (before) =>
    replaced(before, 'one', { invoke: stepOf(recordedSaga('setWise'), 'one').invoke as never }),
  ),
  'onUnknown changed between versions': changed('doubtful', (before) =>
    replaced(before, 'two', { onUnknown: 'compensate' }),
  ),
  'wait changed between versions': changed('approving', (before) =>
    replaced(before, 'approval', { wait: { onDeadline: { value: { by: 'nobody' } } } }),
  ),
  'branch added to a group since a version': changed('group', (before) => {
    const right = stepOf(before, 'right')
    return raised(inserted(before, 'right', { ...right, name: 'middle', since: 2 }))
  }),
  'step added since a version that has runs': changed(
    'setWise',
    (before) => raised(inserted(before, 'two', added(before, 1))),
    'needs version',
    'replay',
  ),
  'step removed until, version not raised': changed(
    'setWise',
    (before) => withStep(before, 'two', { until: 2 }),
    'needs version',
    'nothing',
  ),
  'step removed at once, version raised': changed(
    'setWise',
    (before) => raised(without(before, 'two')),
    'needs version',
    'replay',
  ),
  'step of a former version brought back': changed(
    'grown',
    (before) => withStep(before, 'one', { until: undefined }),
    'needs version',
    'replay',
  ),
}
