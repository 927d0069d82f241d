import type { MysqlPoolConnection } from 'kysely'
import { DatabaseUnavailable } from './unavailable.js'

type Query = MysqlPoolConnection['query']
type Answered = NonNullable<Parameters<Query>[2]>

/** The deadline of a connection's statements in milliseconds, and its server for errors. */
export interface AnswerLimit {
  readonly answerMs: number
  readonly address: string
}

/**
 * Destroys the connection when a statement has no answer in time: its server may have gone without closing it. The server
 * may still have run the statement.
 */
export function limitAnswers(connection: MysqlPoolConnection, { answerMs, address }: AnswerLimit): void {
  if (answerMs === 0) return
  const query: Query = connection.query.bind(connection)
  let silent: DatabaseUnavailable | undefined

  const limited = (sql: string, parameters: unknown, answered: Answered): ReturnType<Query> => {
    const giveUp = (): void => {
      silent = new DatabaseUnavailable(address, silence(answerMs))
      destroy(connection)
      answered(silent, undefined as never)
    }
    const timer = setTimeout(giveUp, answerMs)
    return query(sql, parameters, (error, result) => {
      clearTimeout(timer)
      // mysql2 refuses a statement on a destroyed connection without the reason.
      answered(silent ?? error, result)
    })
  }
  connection.query = (sql, parameters, answered) =>
    answered === undefined ? query(sql, parameters) : limited(sql, parameters, answered)
}

/** mysql2 only ends its half of the connection, which a silent server never answers. */
function destroy(connection: MysqlPoolConnection & { readonly stream?: { destroy(): void } }): void {
  connection.destroy()
  connection.stream?.destroy()
}

function silence(answerMs: number): Error {
  const text = `no answer within ${answerMs} ms; the statement may have run.`
  return Object.assign(new Error(text), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' })
}
