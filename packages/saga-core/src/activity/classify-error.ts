import { ApplicationFailure } from '@temporalio/common'
import { failureType } from '../wire/failure.js'
import { blamesData, dataFailure } from './blames-data.js'

/** Codes of drivers and of Node that blame no lane's data. */
const infrastructureCodes: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR', 'POOL_CLOSED'],
  ...['ER_LOCK_WAIT_TIMEOUT', 'ER_LOCK_DEADLOCK', 'ER_CHECKREAD', 'ER_CON_COUNT_ERROR', 'ER_USER_LIMIT_REACHED'],
  ...[
    'ER_OPTION_PREVENTS_STATEMENT',
    'ER_READ_ONLY_MODE',
    'ER_SERVER_SHUTDOWN',
    'ER_STATEMENT_TIMEOUT',
    'ER_QUERY_TIMEOUT',
  ],
  ...[
    'ER_QUERY_INTERRUPTED',
    'ER_CONNECTION_KILLED',
    'ER_DISK_FULL',
    'ER_RECORD_FILE_FULL',
    'ER_OUT_OF_RESOURCES',
    'ER_NET_READ_ERROR',
  ],
  ...['ER_TOO_MANY_USER_CONNECTIONS', 'ER_LOCK_TABLE_FULL', 'ER_UNKNOWN_COM_ERROR', 'ABORT_ERR'],
  // undici, which is Node's fetch: faults of a connection, not of a request or an answer.
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_SOCKET'],
  ...['UND_ERR_ABORTED', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED', 'UND_ERR_INFO', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'],
  ...['UND_ERR_BPL_MISSING_UPSTREAM', 'UND_ERR_PRX_CONN', 'UND_ERR_PRX_TLS', 'UND_ERR_REQ_RETRY'],
  // Another transaction inserted the key after this one had read: the next attempt reads its row and can refuse. Work that does not read
  // first fails until its retries are spent, with all lanes of its call.
  'ER_DUP_ENTRY',
])

/**
 * Error numbers of MySQL and MariaDB: timeouts, read-only, killed, snapshot conflict, a duplicate key of a concurrent insert (1062); and
 * faults of a deployment (rights, unknown table or column, syntax), which every lane would meet.
 */
const infrastructureNumbers: ReadonlySet<number> = new Set([
  1044, 1045, 1049, 1054, 1064, 1142, 1143, 1146, 1020, 1021, 1037, 1038, 1040, 1053, 1062, 1158, 1159, 1160, 1161,
  1180, 1203, 1205, 1206, 1213, 1226, 1290, 1317, 1792, 1836, 1927, 1969, 3024, 4031,
])

const infrastructureNames: ReadonlySet<string> = new Set([
  'MaxRetriesPerRequestError',
  'AbortError',
  // The error of `AbortSignal.timeout`, and that of an activity's own signal when its worker stops.
  'TimeoutError',
  'CancelledFailure',
  'ConnectionError',
  'CommandTimeoutError',
  'ClusterAllFailedError',
])

const redisPrefixes = [
  ...['LOADING', 'BUSY', 'CLUSTERDOWN', 'MASTERDOWN', 'READONLY', 'TRYAGAIN', 'OOM', 'MISCONF'],
  // Faults of a deployment: too few replicas, a missing password, a missing right.
  ...['NOREPLICAS', 'NOAUTH', 'NOPERM', 'WRONGPASS'],
]

/** Texts of drivers' errors without a code: a closed connection, a full queue, an exhausted pool, a destroyed client. */
const closedTexts = [
  ...[
    'Connection is closed.',
    'Command timed out',
    'in closed state',
    'Queue limit reached.',
    'No connections available.',
  ],
  ...["Stream isn't writeable", 'driver has already been destroyed', 'Pool is closed.'],
]

interface DriverError {
  readonly code?: unknown
  readonly errno?: unknown
  /** mysql2: `true` when the connection is unusable after the error. */
  readonly fatal?: unknown
  readonly name?: unknown
  readonly message?: unknown
  readonly cause?: unknown
}

/**
 * Reports whether an error, or one of its causes, is known to blame the infrastructure, so that a retry may help and no lane's data is at
 * fault.
 *
 * @example
 * if (isInfrastructure(error)) log.warn('the database does not answer', { error })
 */
export function isInfrastructure(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, errno, fatal, name, message, cause } = error as DriverError
  if (typeof code === 'string' && infrastructureCodes.has(code)) return true
  if (typeof errno === 'number' && infrastructureNumbers.has(errno)) return true
  if (typeof name === 'string' && infrastructureNames.has(name)) return true
  const text = typeof message === 'string' ? message : ''
  if (redisPrefixes.some((prefix) => text.startsWith(`${prefix} `))) return true
  if (fatal === true || closedTexts.some((part) => text.includes(part))) return true
  return isInfrastructure(cause)
}

/**
 * The failure that Temporal gets for an error of a set-wise activity. One that is known to blame data goes to the engine at once; any other
 * is retried by the step's policy. An ApplicationFailure stays as it is.
 */
export function toFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error
  const message = error instanceof Error ? error.message : String(error)
  const cause = error instanceof Error ? error : undefined
  const code = codeOf(error)
  if (isInfrastructure(error)) return retried(failureType.infrastructure, message, code, cause)
  return blamesData(error) ? dataFailure(code, message, cause) : retried(failureType.unclassified, message, code, cause)
}

function retried(type: string, message: string, code: string, cause: Error | undefined): ApplicationFailure {
  return ApplicationFailure.create({ message, type, details: [code], ...(cause && { cause }) })
}

function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as DriverError
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error'
}
