import type { Cause } from '../../wire/outcome.js'
import { type Lane, stillRunning } from '../run/lane.js'
import type { Run } from '../run/run.js'
import { rollBack } from './roll-back.js'
import { unwindBeside } from './unwind.js'

/** Rolls back the lanes for which `causeOf` gives a cause and unwinds them beside the run; returns the lanes that go on forward. */
export function rollBackWhere(
  run: Run,
  lanes: readonly Lane[],
  causeOf: (lane: Lane) => Cause | undefined,
): readonly Lane[] {
  const back = lanes.filter((lane) => {
    const cause = causeOf(lane)
    if (cause) rollBack(run, lane, cause)
    return cause !== undefined
  })
  unwindBeside(run, back)
  return stillRunning(lanes)
}
