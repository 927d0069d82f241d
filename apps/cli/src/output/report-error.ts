import { SagaError } from 'saga-core'
import { StackError } from 'seckill-local-stack'
import { InterruptedError } from './interruption.js'

/** Prints an error and sets the exit code: 128 plus the number of the signal after an interruption, otherwise 1. */
export function reportError(error: unknown, asJson: boolean): void {
  process.exitCode = error instanceof InterruptedError ? error.exitCode : 1
  const { code, message, hint } = describe(error)
  if (asJson) process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`)
  else process.stderr.write(`\nerror: ${message}\n${hint === null ? '' : `${hint}\n`}`)
}

interface ErrorDescription {
  readonly code: string
  readonly message: string
  readonly hint: string | null
}

function describe(error: unknown): ErrorDescription {
  if (error instanceof StackError) {
    return { code: error.code, message: error.message.slice(0, -error.hint.length).trim(), hint: error.hint }
  }
  if (error instanceof InterruptedError) return { code: 'INTERRUPTED', message: error.message, hint: null }
  const message =
    error instanceof Error ? (process.env.DEBUG ? error.stack : undefined) || error.message : String(error)
  return {
    code: SagaError.is(error) ? error.code : 'FAILED',
    message,
    hint: process.env.DEBUG ? null : 'DEBUG=1 shows where it happened.',
  }
}
