import { type BackoffBounds, backoffMs } from 'seckill-process/backoff'
import type { DeliveryResult, LeasedDelivery } from 'seckill-store/mysql'
import { MessageRefused } from '../channels/channel.js'
import { problemOf } from './problem-of.js'

/** When a message is tried again; times in milliseconds. */
export interface RetryPolicy extends BackoffBounds {
  /** A message that has been tried for so long is dead. */
  readonly giveUpAfterMs: number
}

/** The result of a failed attempt; `drawn` is a random number from 0 up to but not 1. */
export function afterFailure(
  error: unknown,
  { attempts, triedForMs }: Pick<LeasedDelivery, 'attempts' | 'triedForMs'>,
  policy: RetryPolicy,
  drawn: number,
): DeliveryResult {
  const problem = problemOf(error)
  if (error instanceof MessageRefused || triedForMs >= policy.giveUpAfterMs) return { state: 'DEAD', problem }
  return { state: 'PENDING', pauseMs: backoffMs(policy, attempts, drawn), problem }
}
