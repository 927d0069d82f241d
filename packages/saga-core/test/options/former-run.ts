import type { RunOptions } from 'saga-core'
import type { CarriedRun } from '../../src/engine/carry.js'

/** The state that a run of the first version carries into its continued run: its only lane waits at `word`, and has its message. */
export function formerRun(placement: NonNullable<RunOptions['placement']>): CarriedRun {
  return {
    'saga-core/carried': {
      version: 1,
      startedAt: Date.now(),
      attempt: 1,
      placement,
      lanes: 1,
      completed: 0,
      except: [],
      open: [
        {
          key: 'a',
          input: { id: 'a' },
          attempt: 1,
          deadline: null,
          status: 'waiting',
          at: 'word',
          pastPivot: false,
          results: {},
          parts: [{ step: 'word', action: 'asked' }],
          inbox: { word: { value: 'yes' } },
          partly: [],
        },
      ],
      audit: [],
      operations: {},
      unusedMessages: 0,
      cancelRequested: false,
    },
  }
}
