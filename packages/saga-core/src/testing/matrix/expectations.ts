import { ownershipStep } from '../../wire/names.js'
import type { FamilyDefinition, FamilyStep } from '../simulation/family.js'
import type { SimulatedEnd } from '../simulation/simulate.js'
import type { StepFault } from './step-faults.js'

type End = SimulatedEnd['outcome']

/** The outcomes that the lane with the fault may have. */
export function expectedEnds(definition: FamilyDefinition, stepName: string, fault: StepFault): readonly End[] {
  const step = definition.steps.find(({ name }) => name === stepName)
  switch (fault.expects) {
    case 'goesOn':
      return ['completed']
    case 'refused':
      if (stepName === ownershipStep) return ['duplicate']
      if (step?.optional) return ['completed']
      return step?.kind === 'retriable' ? ['parked'] : ['refused']
    case 'unknown':
      if (step?.kind !== 'compensatable' || step.onUnknown === 'park') return ['completed']
      if (step.optional) return ['completed']
      return step.onUnknown === 'compensate' ? [rolledBack(step)] : [rolledBack(step), 'completed']
    case 'cancelled':
      return pastPivot(definition, stepName, fault) ? ['completed'] : ['cancelled']
  }
}

/** A child that failed, and undid itself, is a step that was refused. */
function rolledBack({ inChild }: FamilyStep): End {
  return inChild ? 'refused' : 'failed'
}

/** A cancel that comes when the pivot has begun is declined. */
function pastPivot({ steps }: FamilyDefinition, stepName: string, fault: StepFault): boolean {
  const pivot = steps.findIndex(({ kind, inChild }) => kind === 'pivot' && !inChild)
  const at = steps.findIndex(({ name }) => name === stepName)
  return pivot >= 0 && (fault.before ? at > pivot : at >= pivot)
}

/** The outcomes that the other lanes of the run may have: a cancel is for all of them, any other fault leaves them alone. */
export function expectedOthers(ends: readonly End[], { expects }: StepFault): readonly End[] {
  return expects === 'cancelled' ? ends : ['completed']
}
