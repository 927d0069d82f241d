import type { SagaDefinition, StepDefinition } from 'saga-core'
import type { RecordedSaga } from '../replay/sagas.js'
import type { ChangedSaga } from './changed-saga.js'
import { inserted, stepOf, swapped, without, withStep } from './changes.js'
import { recordedSaga } from './recorded-saga.js'

type Change = (before: SagaDefinition) => SagaDefinition

function changed(
  saga: RecordedSaga,
  change: Change,
  verdict: ChangedSaga['verdict'] = 'forbidden',
  breaks: ChangedSaga['breaks'] = 'replay',
): ChangedSaga {
  return { saga, after: change(recordedSaga(saga)), verdict, breaks }
}

function step(name: string, of: (step: StepDefinition) => Parameters<typeof withStep>[2]): Change {
  return (before) => withStep(before, name, of(stepOf(before, name)))
}

type Calls = 'invoke' | 'compensate' | 'verify'

function calls(name: string, call: Calls, to: Partial<NonNullable<StepDefinition[Calls]>>): Change {
  return step(name, (one) => ({ [call]: { ...one[call], ...to } }))
}

const patience = { startToCloseMs: 60_000, retry: { initialMs: 7, factor: 3, maximumMs: 9, attempts: 99 } }

function added(before: SagaDefinition): StepDefinition {
  return { ...stepOf(before, 'one'), name: 'added' }
}

/** Changes of definitions without a version. */
export const inPlace: Readonly<Record<string, ChangedSaga>> = {
  'step added at the end': changed(
    'setWise',
    (before) => ({ ...before, steps: [...before.steps, added(before)] }),
    'needs version',
  ),
  'step added in between': changed('setWise', (before) => inserted(before, 'two', added(before)), 'needs version'),
  'step removed': changed('setWise', (before) => without(before, 'two'), 'needs version'),
  'adopted effect added': changed('setWise', (before) =>
    inserted(before, 'hold', { ...stepOf(before, 'hold'), name: 'added' }),
  ),
  'adopted effect removed': changed('setWise', (before) => without(before, 'hold')),
  'adopted effect renamed': changed(
    'perLane',
    step('hold', () => ({ name: 'halt' })),
    'forbidden',
    'effects',
  ),
  'wait added': changed(
    'setWise',
    (before) => inserted(before, 'two', { ...stepOf(recordedSaga('approving'), 'approval'), name: 'added' }),
    'needs version',
  ),
  'step renamed': changed(
    'perLane',
    step('two', () => ({ name: 'zwei' })),
    'forbidden',
    'effects',
  ),
  'step renamed that has a place': changed(
    'setWise',
    step('two', () => ({ name: 'zwei' })),
    'forbidden',
    'effects',
  ),
  'time to confirm changed': changed(
    'setWise',
    step('two', () => ({ confirmWithinMs: 100 })),
  ),
  'wait renamed': changed(
    'approving',
    step('approval', () => ({ name: 'consent' })),
  ),
  'child renamed': changed(
    'parent',
    step('child', () => ({ name: 'kid' })),
  ),
  'element key changed': changed(
    'list',
    step('each', ({ elements }) => ({
      elements: elements && { ...elements, key: (item) => `no-${elements.key(item)}` },
    })),
    'forbidden',
    'effects',
  ),
  'key changed': changed(
    'perLane',
    (before) => ({ ...before, key: (input) => `no-${before.key(input)}` }),
    'forbidden',
    'effects',
  ),
  'steps reordered': changed('list', (before) => swapped(before, 'each', 'three')),
  'activity renamed': changed('setWise', calls('two', 'invoke', { activity: 'decideSet' })),
  'activity of a pivot renamed': changed('pivoted', calls('go', 'invoke', { activity: 'undoSet' })),
  'per lane to set-wise': changed('perLane', calls('one', 'invoke', { setWise: true })),
  'set-wise to per lane': changed('setWise', calls('one', 'invoke', { setWise: false })),
  'compensatable to pivot': changed(
    'setWise',
    step('three', () => ({ kind: 'pivot', compensate: undefined })),
  ),
  'call to wait': changed(
    'approving',
    step('three', () => ({ wait: { onDeadline: 'refuse' }, invoke: undefined })),
  ),
  'compensation added': changed(
    'doubtful',
    step('three', () => ({ compensate: stepOf(recordedSaga('doubtful'), 'two').compensate })),
  ),
  'compensation removed': changed(
    'setWise',
    step('two', () => ({ compensate: undefined })),
  ),
  'compensation renamed': changed('setWise', calls('two', 'compensate', { activity: 'doSet' })),
  'compensation to per lane': changed('setWise', calls('two', 'compensate', { setWise: false })),
  'onUnknown from compensate to park': changed(
    'setWise',
    step('two', () => ({ onUnknown: 'park' })),
  ),
  'onUnknown from park to compensate': changed(
    'doubtful',
    step('two', () => ({ onUnknown: 'compensate' })),
  ),
  'verify removed': changed(
    'verifying',
    step('two', () => ({ onUnknown: 'compensate', verify: undefined })),
  ),
  'independent taken back': changed(
    'parking',
    step('two', () => ({ independent: false })),
  ),
  'independent given': changed(
    'setWise',
    step('two', () => ({ independent: true })),
  ),
  'optional taken back': changed(
    'sometimes',
    step('two', () => ({ optional: false })),
  ),
  'condition removed': changed(
    'sometimes',
    step('one', () => ({ when: undefined })),
  ),
  'list to single': changed(
    'list',
    step('each', () => ({ elements: undefined })),
  ),
  'wait deadline removed': changed(
    'approving',
    step('approval', () => ({ wait: { onDeadline: 'refuse' } })),
  ),
  'longest wait removed': changed(
    'hurrying',
    step('word', () => ({ wait: { onDeadline: 'refuse' } })),
  ),
  'longest wait changed': changed(
    'hurrying',
    step('other', ({ wait }) => ({ wait: { onDeadline: 'refuse', ...wait, withinMs: 7_200_000 } })),
    'safe',
    'nothing',
  ),
  'wait deadline means another thing': changed(
    'approving',
    step('approval', ({ wait }) => ({ wait: { ...wait, onDeadline: { value: { by: 'nobody' } } } })),
  ),
  'decide removed': changed(
    'deciding',
    step('paid', () => ({ wait: { onDeadline: 'refuse' } })),
  ),
  'decide renamed': changed(
    'deciding',
    step('paid', ({ wait }) => ({
      wait: { onDeadline: 'refuse', ...wait, decide: { ...stepOf(recordedSaga('setWise'), 'one').invoke } as never },
    })),
  ),
  'child workflow renamed': changed(
    'parent',
    step('child', () => ({ child: { workflow: 'otherSaga' } })),
  ),
  'group dissolved': changed('group', (before) =>
    ['left', 'right'].reduce((saga, name) => withStep(saga, name, { group: undefined }), before),
  ),
  'onFailure changed': changed('hasty', (before) =>
    ['left', 'right'].reduce((saga, name) => withStep(saga, name, { onFailure: undefined }), before),
  ),
  'group renamed': changed(
    'group',
    (before) => ['left', 'right'].reduce((saga, name) => withStep(saga, name, { group: 'pair' }), before),
    'safe',
    'nothing',
  ),
  'saga renamed': changed('setWise', (before) => ({ ...before, name: 'other' }), 'forbidden', 'effects'),
  'ownership removed': changed('owned', ({ owner: _, ...before }) => before),
  'ownership renamed': changed('owned', (before) => ({
    ...before,
    owner: { ...before.owner, activity: 'undoSet' } as never,
  })),
  'compensations in sequence': changed('atOnce', (before) => ({ ...before, compensation: 'sequential' })),
  'compensations at once': changed('mixed', (before) => ({ ...before, compensation: 'parallel' })),
  'saga deadline removed': changed('expiring', ({ deadline: _, ...before }) => before),
  'schema removed': changed('checked', ({ schema: _, ...before }) => before),
  'version lowered': changed('grown', (before) => ({ ...before, version: 2 })),
  'times and retries, local': changed('setWise', calls('one', 'invoke', { policy: patience }), 'safe', 'nothing'),
  'times and retries of what paused': changed(
    'patient',
    calls('one', 'invoke', { policy: patience }),
    'safe',
    'nothing',
  ),
  'times and retries, on a task queue': changed(
    'setWise',
    calls('two', 'invoke', { policy: patience }),
    'safe',
    'nothing',
  ),
  'times and retries of a compensation': changed(
    'setWise',
    calls('two', 'compensate', { policy: patience }),
    'safe',
    'nothing',
  ),
}
