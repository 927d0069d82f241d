import { by, byBoth, type Rule } from './change.js'
import type { SagaOutline } from './outline.js'

const instead =
  'leave it as it is, and define a saga of another name for runs that start from now on; or let the open runs end first'

/** Rules for properties of a whole saga, which versions of steps cannot change. */
export const sagaRules: readonly Rule<SagaOutline>[] = [
  {
    change: 'saga renamed',
    differs: by(({ name }) => name),
    breaks: 'effects',
    reason:
      'barriers, idempotency keys and version markers are kept under the name: a compensation would not find its step',
    advice:
      'keep the name; start new runs on a second saga under the new one, and remove the old one when its runs have ended',
  },
  {
    change: 'key changed',
    differs: byBoth(({ name, functions }) => functions[`key of saga "${name}"`]),
    breaks: 'effects',
    reason:
      'barriers, idempotency keys and messages are kept under the keys: a lane with another one would not find what it did',
    advice: `keep its text; where it answers the same for every input, renew the outline that is compared; else ${instead}`,
  },
  {
    change: 'ownership changed',
    differs: by(({ owner }) => owner && [owner.activity, owner.setWise]),
    breaks: 'replay',
    reason: 'taking ownership is the first call of every run',
    advice: instead,
  },
  {
    change: 'order of compensations changed',
    differs: by(({ compensation }) => compensation),
    breaks: 'replay',
    reason: 'lanes that rolled back have called their compensations in the former order',
    advice: instead,
  },
  {
    change: 'saga deadline added or removed',
    differs: by(({ deadline }) => deadline),
    breaks: 'replay',
    reason: 'waiting lanes set a timer at the deadline, and lanes past it roll back',
    advice: instead,
  },
  {
    change: 'schema added or removed',
    differs: by(({ schema }) => schema),
    breaks: 'replay',
    reason: 'a lane that fails the schema rolls back at once, where history has it go on, or the other way about',
    advice: 'check inputs where runs are started; or let the open runs end first',
  },
  {
    change: 'times or retries of ownership changed',
    differs: byBoth(({ owner }) => owner?.policy),
    breaks: 'nothing',
    reason: 'history keeps the answers of calls, not the policy behind them',
  },
]
