import type { ActivityReference } from '../definition/definition.js'
import { by, byBoth, type Rule } from './change.js'
import type { StepOutline } from './outline.js'

function activityOf(reference: ActivityReference | undefined) {
  return reference?.activity
}
function setWiseOf(reference: ActivityReference | undefined) {
  return reference?.setWise
}
function presentIn(step: StepOutline) {
  return {
    invoke: step.invoke !== undefined,
    wait: step.wait !== undefined,
    child: step.child !== undefined,
  }
}
const policies: readonly ((step: StepOutline) => unknown)[] = [
  ({ invoke }) => invoke?.policy,
  ({ compensate }) => compensate?.policy,
  ({ verify }) => verify?.policy,
  ({ wait }) => wait?.decide?.policy,
]
const renamed =
  'history names the activity of every call; under another name a replay stops (nondeterminism) where a run called it'

/** Rules for the properties of a step, while runs that have it are open. */
export const stepRules: readonly Rule<StepOutline>[] = [
  {
    change: 'kind changed',
    differs: by(({ kind }) => kind),
    breaks: 'replay',
    reason: 'a pivot sets a timer before it, and a refusal means something else before the pivot than after it',
  },
  {
    change: 'form changed',
    differs: by(presentIn),
    breaks: 'replay',
    reason: 'an activity, a wait and a child saga are recorded as different events',
  },
  {
    change: 'activity renamed',
    differs: byBoth(({ invoke }) => activityOf(invoke)),
    breaks: 'replay',
    reason: renamed,
  },
  {
    change: 'set-wise or per lane changed',
    differs: byBoth(({ invoke }) => setWiseOf(invoke)),
    breaks: 'replay',
    reason: 'one recorded call for all lanes cannot stand for one call a lane, nor its answer for theirs',
  },
  {
    change: 'list or single changed',
    differs: by(({ elements }) => elements),
    breaks: 'replay',
    reason: 'a list step makes one call for each element',
  },
  {
    change: 'condition added or removed',
    differs: by(({ when }) => when),
    breaks: 'replay',
    reason: 'lanes that have the step in one form leave it out in the other',
  },
  {
    change: 'compensation added or removed',
    differs: by(({ compensate }) => compensate !== undefined),
    breaks: 'replay',
    reason: 'lanes that rolled back make one call more, or one fewer, than history has',
  },
  {
    change: 'compensation renamed',
    differs: byBoth(({ compensate }) => activityOf(compensate)),
    breaks: 'replay',
    reason: renamed,
  },
  {
    change: 'set-wise or per lane compensation changed',
    differs: byBoth(({ compensate }) => setWiseOf(compensate)),
    breaks: 'replay',
    reason: 'one recorded call for all lanes cannot stand for one call a lane, nor its answer for theirs',
  },
  {
    change: 'onFailure changed',
    differs: by(({ onFailure }) => onFailure),
    breaks: 'replay',
    reason: 'the calls beside one that failed were called off, or awaited',
  },
  {
    change: 'time to confirm changed',
    differs: by(({ confirmWithinMs }) => confirmWithinMs),
    breaks: 'replay',
    reason: 'a lane whose compensation was not confirmed in time parked, or went on asking',
  },
  {
    change: 'onUnknown changed',
    differs: by(({ onUnknown }) => onUnknown),
    breaks: 'replay',
    reason: 'a lane whose step was unknown compensates in one form and parks in the other',
  },
  {
    change: 'verify changed',
    differs: by(({ verify }) => verify && [verify.activity, verify.setWise]),
    breaks: 'replay',
    reason: 'history has, or lacks, the question whether an unknown step happened',
  },
  {
    change: 'independent changed',
    differs: by(({ independent }) => independent),
    breaks: 'replay',
    reason: 'a lane with a stuck compensation went on to the earlier ones, or did not',
  },
  {
    change: 'optional changed',
    differs: by(({ optional }) => optional),
    breaks: 'replay',
    reason: 'a lane whose step failed went on, or rolled back',
  },
  {
    change: 'wait deadline added or removed',
    differs: byBoth(({ wait }) => wait && [wait.deadline, typeof wait.withinMs]),
    breaks: 'replay',
    reason: 'a deadline sets a timer, which history has or lacks',
  },
  {
    change: 'longest wait changed',
    differs: byBoth(({ wait }) => wait?.withinMs),
    breaks: 'nothing',
    reason: 'history keeps the timers that were set, and lanes that begin to wait from now on have the other time',
  },
  {
    change: 'meaning of the wait deadline changed',
    differs: byBoth(({ wait }) => wait?.onDeadline),
    breaks: 'replay',
    reason: 'a lane whose time was up went on, or rolled back',
  },
  {
    change: 'decide changed',
    differs: byBoth(({ wait }) => wait && [activityOf(wait.decide), setWiseOf(wait.decide)]),
    breaks: 'replay',
    reason: 'history has the question, under its activity name, or lacks it',
  },
  {
    change: 'child workflow renamed',
    differs: byBoth(({ child }) => child?.workflow),
    breaks: 'replay',
    reason: "history names the child's workflow type",
  },
  {
    change: 'times or retries changed',
    differs: (before, after) => policies.some((of) => byBoth(of)(before, after)),
    breaks: 'nothing',
    reason: 'history keeps the answers of calls, and the pauses between their attempts, not the policy behind them',
  },
]
