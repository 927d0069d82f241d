import { ServiceError } from '@temporalio/client'
import { PaymentRefusedError, ProviderUnavailableError } from 'seckill-payment'
import { DeadlineError } from 'seckill-process/deadline'
import {
  GateFullError,
  GateInputError,
  GateRecoveringError,
  GateReplyError,
  GateUnavailableError,
} from 'seckill-store/gate'
import { DatabaseUnavailable } from 'seckill-store/mysql'
import { expect, it } from 'vitest'
import { type ErrorClass, errorClassOf } from './error-class.js'

const fault = new Error('a fault')
const driver = (code: string, errno?: number) => Object.assign(new Error('a fault'), { code, errno })
const grpc = (code: number) => Object.assign(new ServiceError('a fault'), { code, details: '', metadata: {} })

it.each<[string, unknown, ErrorClass]>([
  ['an argument that the gate does not take', new GateInputError('units'), 'doNotRetry'],
  ['a full Redis', new GateFullError(7, 'admit', fault), 'retry'],
  ['a gate that recovers', new GateRecoveringError(7, 'admit'), 'retry'],
  ['a call of the gate whose connection ended', new GateUnavailableError(7, 'admit', fault), 'unknown'],
  ['an answer of the gate that is not known', new GateReplyError('-99'), 'unknown'],
  ['a payment that the provider refuses', new PaymentRefusedError('AMOUNT', 'too much'), 'doNotRetry'],
  ['a provider without an answer', new ProviderUnavailableError('no answer'), 'unknown'],
  ['a deadline', new DeadlineError('The provider', 100), 'unknown'],
  ['no connection to MySQL', new DatabaseUnavailable('mysql://x', fault), 'retry'],
  ['a deadlock', driver('ER_LOCK_DEADLOCK', 1213), 'retry'],
  ['a lock that was waited for too long', driver('ER_LOCK_WAIT_TIMEOUT', 1205), 'retry'],
  ['a server that only reads', driver('ER_OPTION_PREVENTS_STATEMENT', 1290), 'retry'],
  ['a connection of MySQL that ended', driver('PROTOCOL_CONNECTION_LOST'), 'unknown'],
  ['a killed statement', driver('ER_QUERY_INTERRUPTED', 1317), 'unknown'],
  ['a broken constraint', driver('ER_CHECK_CONSTRAINT_VIOLATED', 3819), 'doNotRetry'],
  ['an error of MySQL that is not known', driver('ER_NEW', 9999), 'unknown'],
  ['a value that is too long', driver('ER_DATA_TOO_LONG', 1406), 'doNotRetry'],
  ['a server that refuses connections', driver('ECONNREFUSED', -111), 'retry'],
  ['a connection that was reset', driver('ECONNRESET', -104), 'unknown'],
  ['an argument that Temporal does not take', grpc(3), 'doNotRetry'],
  ["a limit of Temporal's", grpc(8), 'retry'],
  ['a deadline of a call to Temporal', grpc(4), 'unknown'],
  ['a Temporal that is away', grpc(14), 'unknown'],
  ['a fault of the code', new TypeError('x is not a function'), 'unknown'],
  ['what is no error', undefined, 'unknown'],
])('%s', (_, error, is) => {
  expect(errorClassOf(error)).toBe(is)
})
