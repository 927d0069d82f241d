import type { RunOptions } from 'saga-core'
import type { CarriedRun } from '../../src/engine/carry.js'

/** What a run of the first version hands to the one it goes on as: its only lane waits at `word`, and has its message. */
export const formerRun = (placement: NonNullable<RunOptions['placement']>): CarriedRun => ({
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
  },
})
