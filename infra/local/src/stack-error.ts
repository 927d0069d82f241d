/** Error codes of the local stack. */
export type StackErrorCode =
  | 'INVALID_NAME'
  | 'NOT_IN_REPOSITORY'
  | 'LOCKED'
  | 'STATE_UNREADABLE'
  | 'MISSING_SERVER'
  | 'INSTALL_FAILED'
  | 'PREPARE_FAILED'
  | 'START_FAILED'
  | 'UNREACHABLE'
  | 'NOT_RUNNING'
  | 'NOT_OURS'
  | 'STOP_FAILED'

/** An error of the local stack: what happened to what, and what to do about it. */
export class StackError extends Error {
  override readonly name = 'StackError'

  constructor(
    readonly code: StackErrorCode,
    message: string,
    /** The command to type, or the setting to change. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`${message}\n${hint}`, options)
  }
}

/** The message of a thrown value, on one line. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  const reason = error instanceof Error ? error.message || error.name : String(error)
  return reason.replaceAll(/\s*\n\s*/g, ' ')
}
