import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowUpdateFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { runClosing } from '../wire/run-memo.js'
import { isTaskFailure } from './rpc.js'

/** The pauses before a run that continues as new is asked again, in milliseconds. */
const pauses = [50, 100, 200, 400, 800, 1_600] as const

/** Sends an update again while the run it goes to is closing or continuing as new; it must be one that is carried out once, however often it comes. */
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

const isClosing = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === runClosing
