import type { StepDefinition } from '../../definition/definition.js'
import type { Lane } from '../lane.js'
import { isUnconfirmed, type Part } from '../part.js'
import type { Run } from '../run.js'
import { askFor, leftToConfirmMs } from './undo.js'

/** How long a compensation that is not confirmed is left alone before it is asked again, in milliseconds: doubled, up to the longest. */
const shortestPauseMs = 1_000
const longestPauseMs = 600_000

/** Asks again after longer and longer pauses, or when a message says so; `onward` takes the lanes whose compensation is settled. */
export async function confirm(
  run: Run,
  step: StepDefinition,
  parts: readonly Part[],
  onward: (lanes: readonly Lane[]) => void,
): Promise<void> {
  let open = parts
  for (let pauseMs = shortestPauseMs; open.length > 0; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await pauseUnlessNudged(run, open, Math.min(pauseMs, ...open.map(leftToConfirmMs)))
    const asked = open.filter(({ lane }) => lane.status !== 'ended')
    open = await askFor(run, step, asked)
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
