import { jsonBytes } from '../../wire/size-limits.js'
import type { ActivityAnswer, SagaRuntime } from './runtime.js'

/** Answers of local activities after which a workflow task ends: each is a marker that the task has to carry. */
const mostAnswers = 200
/** Bytes of their results as JSON after which it ends; Temporal refuses a task of over 4 MiB, at every attempt. */
const mostBytes = 1024 * 1024

/** Bounds what one workflow task carries: calls of local activities wait while a checkpoint puts the answers so far into history. */
export interface TaskBound {
  /** Makes the call, at once or when the checkpoint is over. */
  begin(call: () => void): void
  count(answer: ActivityAnswer): void
}

export function newTaskBound({ isCurrent, checkpoint }: Pick<SagaRuntime, 'isCurrent' | 'checkpoint'>): TaskBound {
  let answers = 0
  let bytes = 0
  let held: (() => void)[] | undefined

  async function putIntoHistory(): Promise<void> {
    held = []
    await checkpoint()
    const calls = held
    held = undefined
    answers = 0
    bytes = 0
    for (const call of calls) call()
  }

  return {
    begin: (call) => (held ? void held.push(call) : call()),
    count({ answer }) {
      answers += 1
      bytes += jsonBytes(answer)
      const isFull = answers >= mostAnswers || bytes >= mostBytes
      if (isFull && !held && isCurrent('task-bound')) void putIntoHistory()
    },
  }
}
