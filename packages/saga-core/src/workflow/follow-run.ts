import { defineSearchAttributeKey } from '@temporalio/common'
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { Batch } from '../engine/batch.js'
import type { Lane } from '../engine/run/lane.js'
import { phaseOf, type RunPhase } from '../engine/state/run-phase.js'
import type { SagaReport } from '../wire/outcome.js'
import type { SagaAttribute } from '../wire/run-memo.js'
import { runObserver } from './run-observer.js'

/** An observer of a run that sets its search attributes and metrics, and decides nothing. */
export interface Follower {
  ended(report: SagaReport): void
}

/**
 * Sets a run's search attributes by its phase, and tells the observer which lanes park; without either it does nothing. Attributes are
 * set when the phase has changed at the end of a workflow task's work, so at most once in a task.
 */
export function followRun(saga: string, batch: Batch, attributes: readonly SagaAttribute[]): Follower {
  const observer = runObserver.getStore()
  if (attributes.length === 0 && !observer) return { ended: () => undefined }
  const shown = newShown(saga, attributes)
  if (attributes.length > 0) void followPhases(batch, shown)
  if (observer) void followParked(batch, (lanes) => observer.parked(saga, lanes))
  return {
    ended(report) {
      shown.show({ state: 'ended', step: '' })
      observer?.ended(report)
    },
  }
}

async function followPhases(batch: Batch, shown: Shown): Promise<never> {
  for (;;) {
    shown.show(phaseOf(batch.lanes))
    await batch.until(() => shown.differs(phaseOf(batch.lanes)))
  }
}

async function followParked(batch: Batch, onParked: (lanes: readonly Lane[]) => void): Promise<never> {
  let known: ReadonlySet<Lane> = new Set()
  // A lane whose child is parked is counted with the child.
  const parked = () => batch.lanes.filter((lane) => lane.status === 'parked' && lane.parked?.child === undefined)
  const changed = () => {
    const now = parked()
    return now.length !== known.size || now.some((lane) => !known.has(lane))
  }
  for (;;) {
    await batch.until(changed)
    const now = parked()
    const some = now.filter((lane) => !known.has(lane))
    if (some.length > 0) onParked(some)
    known = new Set(now)
  }
}

interface Shown {
  differs(phase: RunPhase): boolean
  /** Sets the attributes when the state has changed: one upsert a phase. */
  show(phase: RunPhase): void
}

function newShown(saga: string, attributes: readonly SagaAttribute[]): Shown {
  const set = workflowInfo().typedSearchAttributes
  const values = new Map(attributes.map((name) => [name, set.get(keyOf(name)) ?? '']))
  let state = values.get('SagaState') ?? ''
  const differs = (phase: RunPhase) => phase.state !== state
  return {
    differs,
    show(phase) {
      if (!differs(phase)) return
      state = phase.state
      const wanted = { SagaName: saga, SagaState: phase.state, SagaStep: phase.step }
      const changed = attributes.filter((name) => values.get(name) !== wanted[name])
      for (const name of changed) values.set(name, wanted[name])
      // `null` unsets the attribute.
      if (changed.length > 0) {
        upsertSearchAttributes(changed.map((name) => ({ key: keyOf(name), value: wanted[name] || null })))
      }
    },
  }
}

function keyOf(name: SagaAttribute) {
  return defineSearchAttributeKey(name, 'KEYWORD')
}
