import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowUpdateFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { runClosing } from '../wire/run-memo.js'
import { isTaskFailure } from './rpc.js'

/** Pauses before an update is sent again to a run that continues as new, in milliseconds. */
const pauses = [50, 100, 200, 400, 800, 1_600] as const

/** Sends an update again while its run closes or continues as new; the update must be idempotent. */
export async function untilRunIsOpen<T>(update: () => Promise<T>): Promise<T> {
  for (const pause of pauses) {
    try {
      return await update()
    } catch (error) {
      if (!isTaskFailure(error) && !isClosing(error)) throw error
    }
    await sleep(pause)
  }
  return update()
}

function isClosing(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === runClosing
  )
}
