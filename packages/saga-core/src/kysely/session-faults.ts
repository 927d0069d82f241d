import { sizeLimits } from '../wire/size-limits.js'

/** Settings of a session as the server tells them. */
export interface Session {
  readonly sql_mode: string
  readonly max_allowed_packet: string
  readonly sql_select_limit: string
  readonly autocommit: string
  readonly completion_type: string
}

/** Bytes of the longest statement of a barrier: the keys and results of the largest call as hexadecimal text. */
const leastPacket = 2 * 1024 * 1024

/** The settings under which a barrier, or the work behind it, does not do what it says; each with the harm. */
export function sessionFaults(session: Session): readonly string[] {
  const { sql_mode, max_allowed_packet, sql_select_limit, autocommit, completion_type } = session
  return [
    ...(sql_mode.split(',').includes('NO_BACKSLASH_ESCAPES')
      ? [
          'sql_mode has NO_BACKSLASH_ESCAPES, so a quote in a text that the driver escapes with a backslash ends the text',
        ]
      : []),
    ...(Number(max_allowed_packet) < leastPacket
      ? [`max_allowed_packet is ${max_allowed_packet}, under ${leastPacket}, so statements with many lanes fail`]
      : []),
    ...(Number(sql_select_limit) < sizeLimits.mostLanes
      ? [`sql_select_limit is ${sql_select_limit}, under ${sizeLimits.mostLanes}, so a SELECT leaves rows out`]
      : []),
    ...(autocommit === 'ON'
      ? []
      : [`autocommit is ${autocommit}, so a statement outside of a transaction is never committed`]),
    ...(completion_type === 'NO_CHAIN'
      ? []
      : [`completion_type is ${completion_type}, so a COMMIT also begins a transaction or ends the connection`]),
  ]
}
