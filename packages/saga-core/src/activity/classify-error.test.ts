import { type AddressInfo, createServer, type Server } from 'node:net'
import { ApplicationFailure, CancelledFailure } from '@temporalio/common'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SagaError } from '../saga-error.js'
import { blamesData, dataFailure } from './blames-data.js'
import { isInfrastructure, toFailure } from './classify-error.js'

/** A server that closes the connection at `/gone`, cuts off its answer to `/cut`, and answers nothing else. */
const server: Server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.on('data', (data) => {
    const path = data.toString().split(' ')[1]
    if (path === '/gone') socket.destroy()
    if (path === '/cut') socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\ncut')
  })
})
async function listen(one: Server): Promise<string> {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`
}
let url: string
let unused: string
beforeAll(async () => {
  url = await listen(server)
  const closed = createServer()
  unused = await listen(closed)
  await new Promise((resolve) => closed.close(resolve))
})
afterAll(() => server.close())

function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
}
function coded(code: string, errno?: number) {
  return Object.assign(new Error('a fault'), { code, ...(errno && { errno }) })
}
function named(name: string, message = 'a fault') {
  return Object.assign(new Error(message), { name })
}

describe('an error blames the infrastructure', () => {
  const fetched = [
    ['takes too long', () => fetch(url, { signal: AbortSignal.timeout(5) })],
    ['is aborted', () => fetch(url, { signal: AbortSignal.abort() })],
    [
      'is cancelled with its activity',
      () => fetch(url, { signal: AbortSignal.abort(new CancelledFailure('WORKER_SHUTDOWN')) }),
    ],
    ['loses its connection', () => fetch(`${url}/gone`)],
    ['gets half an answer', async () => (await fetch(`${url}/cut`)).text()],
    ['finds no server', () => fetch(unused)],
  ] as const
  it.each(fetched)('for a fetch that %s', async (_, attempt) => {
    const failure = await failureOf(attempt())

    expect(failure).toBeInstanceOf(Error)
    expect(isInfrastructure(failure)).toBe(true)
  })

  it.each([
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ABORT_ERR'],
    ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_SOCKET'],
    ...['PROTOCOL_CONNECTION_LOST', 'POOL_CLOSED', 'ER_LOCK_DEADLOCK', 'ER_SERVER_SHUTDOWN'],
    // Another transaction inserted the key meanwhile: the next attempt reads its row.
    'ER_DUP_ENTRY',
  ])('for the code %s', (code) => {
    expect(isInfrastructure(coded(code))).toBe(true)
  })

  // Deadlock, lock wait, snapshot, read-only, killed; a missing table, column or right; a duplicate key of a concurrent insert.
  it.each([1213, 1205, 1020, 1290, 1317, 1146, 1054, 1142, 1062])('for the number %i of MySQL', (errno) => {
    expect(isInfrastructure(coded('UNKNOWN', errno))).toBe(true)
  })

  it.each(['MaxRetriesPerRequestError', 'CommandTimeoutError', 'ClusterAllFailedError', 'TimeoutError'])(
    'for a %s',
    (name) => {
      expect(isInfrastructure(named(name))).toBe(true)
    },
  )

  it.each(['LOADING Redis is loading', 'READONLY You cannot', 'OOM command not allowed', 'Connection is closed.'])(
    'for the answer of Redis: %s',
    (message) => {
      expect(isInfrastructure(new Error(message))).toBe(true)
    },
  )

  it.each([
    'NOREPLICAS Not enough good replicas to write.',
    'NOAUTH Authentication required.',
    'NOPERM this user has no permissions to run the command',
    "Can't add new command when connection is in closed state",
    'Queue limit reached.',
    'No connections available.',
    'Pool is closed.',
    "Stream isn't writeable and enableOfflineQueue options is false",
    'driver has already been destroyed',
  ])("for a driver's error without a code: %s", (message) => {
    expect(isInfrastructure(new Error(message))).toBe(true)
  })

  it('for an error after which the connection is unusable', () => {
    expect(isInfrastructure(Object.assign(new Error('a fault'), { fatal: true }))).toBe(true)
  })

  it('for an error with such a cause, two levels down', () => {
    const cause = new Error('no rows', { cause: coded('ECONNRESET') })

    expect(isInfrastructure(new TypeError('fetch failed', { cause }))).toBe(true)
  })
})

describe('an error blames the data', () => {
  it.each([
    ['a fault of the code', new TypeError('x is not a function')],
    ['a text that is no JSON', new SyntaxError('Unexpected token')],
    ['a value that is too long', coded('ER_DATA_TOO_LONG', 1406)],
    ['a value that is missing', coded('ER_BAD_NULL_ERROR', 1048)],
    ['a broken constraint', coded('ER_CHECK_CONSTRAINT_VIOLATED', 3819)],
    ['a data exception of SQL', Object.assign(coded('ER_NEW', 9998), { sqlState: '22012' })],
    ['an error that a trigger raises', Object.assign(coded('ER_NEW', 9999), { sqlState: '45000' })],
    ['a request that cannot be sent', new TypeError('fetch failed', { cause: coded('UND_ERR_INVALID_ARG') })],
    ['an answer over its limit', coded('UND_ERR_RES_EXCEEDED_MAX_SIZE')],
    ['a key of another type in Redis', new Error('WRONGTYPE Operation against a key holding the wrong kind of value')],
    ['a result that does not fit a barrier', new SagaError('SAGA_RESULT_TOO_LARGE', 'too large')],
    ['an error of data within another', new Error('not sent', { cause: coded('ER_DATA_TOO_LONG', 1406) })],
    ['an error that says so', dataFailure('MAIL_ADDRESS', 'no address')],
  ])('for %s', (_, error) => {
    expect([blamesData(error), isInfrastructure(error)]).toEqual([true, false])
  })

  it('for a malformed address', async () => {
    const failure = await failureOf(fetch('no address'))
    expect([blamesData(failure), isInfrastructure(failure)]).toEqual([true, false])
  })
})

describe('an error is of no known class, and blames nothing', () => {
  it.each([
    ['an error without a code', new Error('the mail service answered 400')],
    ['a code that no driver is known by', coded('ERR_NEW_IN_THE_DRIVER')],
    ['a number of a server that is not known', Object.assign(coded('ER_NEW', 9999), { sqlState: 'HY000' })],
    ['a fetch that failed for a reason that is not known', new TypeError('fetch failed', { cause: new Error('new') })],
    ['a stream whose state is wrong', Object.assign(new TypeError('closed'), { code: 'ERR_INVALID_STATE' })],
    ['a failure of the caller', ApplicationFailure.nonRetryable('no', 'Mine')],
    ['a word of Redis inside a text', new Error('ERR LOADING is no command')],
    ['a text', 'ECONNRESET'],
    ['nothing', undefined],
    ['null', null],
  ])('for %s', (_, error) => {
    expect([blamesData(error), isInfrastructure(error)]).toEqual([false, false])
  })
})

describe('the failure of an error', () => {
  it("is retried by the step's policy for infrastructure", () => {
    expect(toFailure(coded('ECONNRESET'))).toMatchObject({
      type: 'SagaInfrastructure',
      nonRetryable: false,
      details: ['ECONNRESET'],
      cause: { code: 'ECONNRESET' },
    })
  })

  it.each([
    [coded('ERR_NEW_IN_THE_DRIVER'), 'ERR_NEW_IN_THE_DRIVER'],
    [named('NewDriverError'), 'NewDriverError'],
    ['a text', 'Error'],
    [undefined, 'Error'],
  ])("is retried by the step's policy for an error of no known class: %s", (error, code) => {
    expect(toFailure(error)).toMatchObject({ type: 'SagaUnclassified', nonRetryable: false, details: [code] })
  })

  it.each([
    [coded('ER_DATA_TOO_LONG', 1406), 'ER_DATA_TOO_LONG'],
    [new TypeError('x is not a function'), 'TypeError'],
  ])('goes to the engine at once for data: %s', (error, code) => {
    expect(toFailure(error)).toMatchObject({ type: 'SagaData', nonRetryable: true, details: [code], cause: error })
  })

  it('is the error itself when that is an ApplicationFailure', () => {
    const failure = ApplicationFailure.retryable('the service is overloaded', 'Overloaded')

    expect(toFailure(failure)).toBe(failure)
  })
})
