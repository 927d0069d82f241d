import { ApplicationFailure } from '@temporalio/common'
import { type Cause, type SetWiseActivity, toColumns } from 'saga-core'
import type { PurchaseActivities } from '../../src/activities/index.js'
import type { Purchase } from '../../src/contract/purchase.js'
import { purchaseSaga } from '../../src/workflows/purchase.saga.js'

/** The steps with an action, in their order. */
export const forwardSteps = purchaseSaga.steps.filter((step) => step.invoke).map((step) => step.name)

/** One run's calls, by step name, as a worker would get them; answers by reservation id: `done`, `fenced` or the refusal's code. */
export class Caller {
  constructor(
    private readonly activities: PurchaseActivities,
    readonly workflowId: string,
  ) {}

  take(lanes: readonly Purchase[]) {
    return this.call('takeLanes', '@own', 'action', lanes)
  }

  act(step: string, lanes: readonly Purchase[]) {
    return this.call(activityOf(step, 'invoke'), step, 'action', lanes)
  }

  /** One attempt, with its answer or its error. */
  attempt(step: string, lanes: readonly Purchase[]) {
    return this.once(activityOf(step, 'invoke'), step, 'action', lanes)
  }

  undo(step: string, lanes: readonly Purchase[], cause: Cause = { kind: 'cancelled', code: 'TEST_CANCELLED' }) {
    return this.call(activityOf(step, 'compensate'), step, 'compensation', lanes, cause)
  }

  /** Takes the lanes and runs the steps up to and with `last` for those that no step refused; returns the ends of the others. */
  async actUpTo(last: string, lanes: readonly Purchase[]): Promise<Readonly<Record<string, string>>> {
    const ends: Record<string, string> = {}
    const keepGoing = (answers: Readonly<Record<string, string>>) => {
      for (const [key, answer] of Object.entries(answers)) if (answer !== 'done') ends[key] = answer
    }
    keepGoing(await this.take(lanes))
    for (const step of forwardSteps.slice(0, forwardSteps.indexOf(last) + 1)) {
      const open = lanes.filter((lane) => ends[lane.reservationId] === undefined)
      if (open.length > 0) keepGoing(await this.act(step, open))
    }
    return ends
  }

  /** Compensates in reverse order, from `last` to the hold. */
  async undoFrom(last: string, lanes: readonly Purchase[], cause?: Cause): Promise<void> {
    for (const step of forwardSteps.slice(0, forwardSteps.indexOf(last) + 1).toReversed()) {
      await this.undo(step, lanes, cause)
    }
    await this.undo('hold', lanes, cause)
  }

  private call(...call: Parameters<Caller['once']>) {
    return persistently(() => this.once(...call))
  }

  private async once(
    activity: string,
    step: string,
    phase: 'action' | 'compensation',
    lanes: readonly Purchase[],
    cause?: Cause,
  ): Promise<Readonly<Record<string, string>>> {
    const run = this.activities[activity as keyof PurchaseActivities] as SetWiseActivity<Purchase, undefined>
    const keys = lanes.map((lane) => lane.reservationId)
    const report = await run({
      saga: purchaseSaga.name,
      step,
      phase,
      workflowId: this.workflowId,
      keys,
      args: toColumns(lanes),
      ...(cause && { causes: toColumns(lanes.map(() => ({ cause }))) }),
    })
    const answers: Record<string, string> = Object.fromEntries(keys.map((key) => [key, 'done']))
    for (const end of report.except) answers[keys[end.at] as string] = 'code' in end ? end.code : end.status
    return answers
  }
}

/** Asks again, as the saga's policy does, while only the infrastructure is to blame: a deadlock, a slot taken meanwhile. */
async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.type !== 'SagaInfrastructure') throw error
    }
  }
}

function activityOf(step: string, direction: 'invoke' | 'compensate'): string {
  const activity = purchaseSaga.steps.find((each) => each.name === step)?.[direction]?.activity
  if (activity === undefined) throw new Error(`The purchase saga has no ${direction} for step ${step}.`)
  return activity
}
