import { z } from 'zod'
import { epochMs } from '../http/answer-fields.js'

const phase = z.enum(['action', 'compensation'])

const cause = z
  .strictObject({
    kind: z.enum(['refused', 'unknown', 'fenced', 'cancelled', 'expired', 'aborted', 'invalid']),
    code: z.string(),
    step: z
      .string()
      .optional()
      .meta({ description: 'the step whose answer it is; absent for a cancel, a deadline, an abort' }),
    message: z.string().optional(),
    details: z.unknown().optional(),
    stored: z.boolean().optional().meta({ description: 'a refusal that a barrier had stored' }),
    get others() {
      return z.array(cause).optional().meta({ description: 'further failures of the same group of steps' })
    },
  })
  .meta({ id: 'LaneCause' })

/** A lane, as its run tells. */
export const lane = z
  .strictObject({
    key: z.string(),
    status: z.enum(['running', 'waiting', 'compensating', 'parked', 'ended']),
    at: z.string().meta({ description: 'the step that it is in, or was last in' }),
    outcome: z
      .enum(['completed', 'refused', 'failed', 'expired', 'cancelled', 'duplicate', 'abandoned'])
      .optional()
      .meta({ description: 'of a lane that has ended' }),
    cause: cause.optional().meta({ description: 'why it rolled back' }),
    parked: z
      .strictObject({
        phase,
        step: z.string(),
        code: z.string(),
        message: z.string(),
        child: z.string().optional().meta({ description: 'the run of the child whose parked lane parks this one' }),
      })
      .optional(),
    since: epochMs.optional().meta({ description: 'epoch milliseconds at which it parked, or began to roll back' }),
    pending: z
      .strictObject({ code: z.string(), message: z.string() })
      .optional()
      .meta({ description: 'the last failure of the activity that decides a waiting lane' }),
    retrying: z
      .strictObject({
        step: z.string(),
        attempt: z.number(),
        since: epochMs,
        error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
      })
      .optional()
      .meta({ description: 'the call that is being retried, with its last error before the run continued as new' }),
    compensations: z.record(
      z.string(),
      z.enum(['armed', 'owed', 'unconfirmed', 'stuck', 'done', 'notNeeded', 'skipped', 'resolved']),
    ),
    partly: z.array(z.string()).optional().meta({ description: 'optional steps that failed' }),
  })
  .meta({ id: 'Lane' })

const marks = [
  'done',
  'perhaps',
  'running',
  'waiting',
  'refused',
  'failed',
  'compensated',
  'owed',
  'stuck',
  'settled',
] as const

/** A step of the saga with the state of one lane. */
export const pathStep = z
  .strictObject({
    step: z.string(),
    kind: z.enum(['adopted', 'compensatable', 'pivot', 'retriable']),
    state: z.enum([...marks, 'ahead']).meta({ description: '`ahead`: the lane has not come to it' }),
    note: z.string().optional().meta({ description: 'the code of its failure, or why the lane stopped' }),
    compensation: z
      .strictObject({ activity: z.string(), state: z.enum([...marks, 'unused']) })
      .optional()
      .meta({ description: 'absent where the step has nothing to undo' }),
  })
  .meta({ id: 'PathStep' })

/** A lane that waits for an operator. */
export const parkedLane = z
  .strictObject({
    workflowId: z.string(),
    lane: z.string().meta({ description: 'the trace id of its purchase, or the id of its refund' }),
    step: z.string(),
    phase,
    since: epochMs.nullable(),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: 'ParkedLane' })

/** A run that did not answer. */
export const silentRun = z.strictObject({ workflowId: z.string(), message: z.string() }).meta({ id: 'SilentRun' })
