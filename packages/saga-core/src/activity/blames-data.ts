import { ApplicationFailure } from '@temporalio/common'
import { SagaError } from '../saga-error.js'
import { failureType } from '../wire/failure.js'

/** SQLSTATE classes: data exceptions, broken constraints, and errors that a trigger or a procedure of the database's owner raises. */
const dataStates = ['22', '23', '45']

/** MySQL's and MariaDB's errors of data, some of which have the general SQLSTATE HY000: missing, wrong, too long, out of range, constraint. */
const dataNumbers: ReadonlySet<number> = new Set([
  1048, 1264, 1265, 1292, 1364, 1366, 1406, 1411, 1451, 1452, 1644, 1690, 3140, 3819, 4025,
])

/** Codes of Node and undici for arguments that they do not take, and for an answer over its limit. */
const dataCodes = ['ERR_INVALID_ARG', 'ERR_INVALID_URL', 'ERR_OUT_OF_RANGE', 'UND_ERR_INVALID_ARG']
const tooLarge = 'UND_ERR_RES_EXCEEDED_MAX_SIZE'

/** JavaScript's errors of code that meets a value it was not written for. */
const languageErrors = [TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError]

/** Redis: the key has a value of another type. */
const wrongType = 'WRONGTYPE '

interface Classified {
  readonly code?: unknown
  readonly errno?: unknown
  readonly sqlState?: unknown
  readonly message?: unknown
  readonly cause?: unknown
}

/**
 * Reports whether an error, or its innermost cause, is known to blame the data of a call, so that the same call fails again. An error of no
 * known class, as `new Error(…)`, does not.
 *
 * @example
 * if (blamesData(error)) log.error('the call fails for its data', { error })
 */
export function blamesData(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if (SagaError.is(error)) return true
  if (error instanceof ApplicationFailure) return error.type === failureType.data
  const { code, errno, sqlState, message, cause } = error as Classified
  if (typeof errno === 'number' && dataNumbers.has(errno)) return true
  if (typeof sqlState === 'string') return dataStates.some((state) => sqlState.startsWith(state))
  if (typeof code === 'string') return code === tooLarge || dataCodes.some((one) => code.startsWith(one))
  if (typeof message === 'string' && message.startsWith(wrongType)) return true
  if (typeof cause === 'object' && cause !== null) return blamesData(cause)
  return languageErrors.some((type) => error instanceof type)
}

/**
 * The failure of a set-wise activity for the data of some lane, which the activity does not name: it is not retried, and the engine halves
 * the set until that lane is alone.
 *
 * @example
 * const sendMails = setWise<{ readonly to: string }>(async (lanes) => {
 *   const answer = await fetch('https://mail.example/mails', { method: 'PUT', body: JSON.stringify(lanes) })
 *   if (answer.status === 422) throw dataFailure('MAIL_ADDRESS', 'the mail service does not take an address')
 *   return lanes.map(({ key }) => done(key))
 * })
 */
export function dataFailure(code: string, message: string, cause?: Error): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: failureType.data,
    nonRetryable: true,
    details: [code],
    ...(cause && { cause }),
  })
}
