import { ApplicationFailure } from '@temporalio/common'
import { CauseCode } from '../saga-error.js'
import type { LaneAnswer } from '../wire/answer.js'
import { failureType } from '../wire/failure.js'

const statuses: ReadonlySet<unknown> = new Set<LaneAnswer['status']>(['done', 'refused', 'fenced', 'pending'])

/**
 * The answers in the order of `keys`.
 *
 * @throws ApplicationFailure with SAGA_REPORT_MISMATCH unless each key has exactly one answer, with a known status, and each refusal a code.
 */
export function checkAnswers<TResult>(
  keys: readonly string[],
  answers: readonly LaneAnswer<TResult>[],
): readonly LaneAnswer<TResult>[] {
  const byKey = new Map(answers.map((answer) => [answer.key, answer]))
  const missing = keys.filter((key) => !byKey.has(key))
  const doubled = answers.length - byKey.size
  const unknown = byKey.size - (keys.length - missing.length)
  if (missing.length > 0 || doubled > 0 || unknown > 0) {
    const facts = `${missing.length} lanes without an answer (first: ${missing[0] ?? '-'}), ${doubled} answered twice, ${unknown} not asked for`
    throw mismatch(`a set-wise activity must answer each lane of its call exactly once: ${facts}`)
  }
  for (const answer of answers) checkAnswer(answer)
  return keys.map((key) => byKey.get(key) as LaneAnswer<TResult>)
}

function checkAnswer(answer: LaneAnswer): void {
  const { key, status } = answer
  if (!statuses.has(status))
    throw mismatch(
      `lane "${key}" has the status ${JSON.stringify(status)}: answer with done, refused, pending or fenced`,
    )
  if (status !== 'refused' || (typeof answer.code === 'string' && answer.code !== '')) return
  throw mismatch(`lane "${key}" is refused without a code: call refused(key, code)`)
}

function mismatch(message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: failureType.unclassified,
    details: [CauseCode.ReportMismatch],
  })
}
