import { expect, test } from 'vitest'
import { type Session, sessionFault } from './session.js'

const prepared: Session = {
  sql_mode: 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  autocommit: 'ON',
  completion_type: 'NO_CHAIN',
  sql_select_limit: '18446744073709551615',
  character_set_client: 'utf8mb4',
  character_set_results: 'utf8mb4',
  collation_connection: 'utf8mb4_unicode_ci',
  max_allowed_packet: '2097152',
}

test('a prepared session has no fault', () => {
  expect(sessionFault(prepared)).toBeUndefined()
})

test.each<[Partial<Session>, string]>([
  [{ autocommit: 'OFF' }, 'its autocommit is OFF, though it was set to ON'],
  [{ sql_mode: 'NO_BACKSLASH_ESCAPES' }, 'its sql_mode is NO_BACKSLASH_ESCAPES'],
  [
    { completion_type: 'CHAIN', sql_select_limit: '5' },
    'CHAIN, though it was set to NO_CHAIN; its sql_select_limit is 5',
  ],
  [{ character_set_client: 'latin1' }, 'its character_set_client is latin1'],
  [{ max_allowed_packet: '2097151' }, 'max_allowed_packet is 2097151, under 2097152'],
])('one that a proxy or a server has changed is refused with what is wrong: %o', (settings, text) => {
  expect(sessionFault({ ...prepared, ...settings })).toContain(text)
})
