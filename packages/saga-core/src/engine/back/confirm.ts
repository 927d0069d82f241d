import type { StepDefinition } from '../../definition/definition.js'
import { isUnconfirmed, type Lane, type Part } from '../run/lane.js'
import { firstPauseMs, nextPauseMs } from '../run/pauses.js'
import type { Run } from '../run/run.js'
import { callUndo, leftToConfirmMs } from './undo.js'

const longestPauseMs = 600_000

/**
 * Calls unconfirmed compensations again, after doubling pauses or when a message nudges them; `onward` takes the lanes whose compensation
 * is done or stuck.
 */
export async function confirm(
  run: Run,
  step: StepDefinition,
  parts: readonly Part[],
  onward: (lanes: readonly Lane[]) => void,
): Promise<void> {
  let open = parts
  for (let pauseMs = firstPauseMs; open.length > 0; pauseMs = nextPauseMs(pauseMs, longestPauseMs)) {
    await pauseUnlessNudged(run, open, Math.min(pauseMs, ...open.map(leftToConfirmMs)))
    const asked = open.filter(({ lane }) => lane.status !== 'ended')
    open = await callUndo(run, step, asked)
    run.show()
    const settled = asked.filter((part) => !isUnconfirmed(part))
    const lanes = new Set(settled.map(({ lane }) => lane))
    onward([...lanes].filter(({ status }) => status === 'compensating'))
  }
}

async function pauseUnlessNudged(run: Run, parts: readonly Part[], pauseMs: number): Promise<void> {
  let isOver = false
  void run.runtime.sleep(pauseMs).then(() => {
    isOver = true
  })
  await run.runtime.until(() => isOver || parts.some(({ isNudged }) => isNudged))
  for (const part of parts) {
    delete part.isNudged
    if (isOver) part.unconfirmedMs = (part.unconfirmedMs ?? 0) + pauseMs
  }
}
