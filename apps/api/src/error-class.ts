import { isGrpcServiceError } from '@temporalio/client'
import { blamesData } from 'saga-core/activity'
import { PaymentRefusedError, ProviderUnavailableError } from 'seckill-payment'
import { DeadlineError } from 'seckill-process/deadline'
import {
  GateFullError,
  GateInputError,
  GateRecoveringError,
  GateReplyError,
  GateUnavailableError,
} from 'seckill-store/gate'
import { DatabaseUnavailable, driverError } from 'seckill-store/mysql'

/**
 * What is known after an error. `retry`: nothing was done, and another try can succeed. `doNotRetry`: nothing was done, and the same request
 * fails again. `unknown`: it may have been done, so that only a request that is safe to repeat may be sent again.
 */
export type ErrorClass = 'retry' | 'doNotRetry' | 'unknown'

interface Row {
  readonly of: (error: unknown) => boolean
  readonly is: ErrorClass
}

function instance(type: abstract new (...args: never[]) => Error, is: ErrorClass): Row {
  return { of: (error) => error instanceof type, is }
}

/** Codes of gRPC: an argument that is not valid; a limit of Temporal's, before it does anything. */
function grpc(code: 3 | 8, is: ErrorClass): Row {
  return { of: (error) => isGrpcServiceError(error) && Number(error.code) === code, is }
}

/** Deadlock, lock wait and read-only server: MySQL has rolled the statement back. */
const rolledBack: ReadonlySet<number> = new Set([1205, 1213, 1290, 1836])
const notConnected: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])

/** The errors that the API's services can meet; the first row that fits decides. */
const table: readonly Row[] = [
  instance(GateInputError, 'doNotRetry'),
  instance(GateFullError, 'retry'),
  instance(GateRecoveringError, 'retry'),
  instance(GateUnavailableError, 'unknown'),
  instance(GateReplyError, 'unknown'),
  instance(PaymentRefusedError, 'doNotRetry'),
  instance(ProviderUnavailableError, 'unknown'),
  instance(DeadlineError, 'unknown'),
  instance(DatabaseUnavailable, 'retry'),
  grpc(3, 'doNotRetry'),
  grpc(8, 'retry'),
  { of: (error) => rolledBack.has(driverError(error).errno ?? 0), is: 'retry' },
  { of: (error) => notConnected.has(driverError(error).code ?? ''), is: 'retry' },
  // A constraint, a value that is too long: MySQL refuses the data of the statement.
  { of: (error) => (driverError(error).errno ?? 0) >= 1_000 && blamesData(error), is: 'doNotRetry' },
]

/** The class of an error; one that no row knows may have come after the work was done. */
export function errorClassOf(error: unknown): ErrorClass {
  return table.find(({ of }) => of(error))?.is ?? 'unknown'
}
