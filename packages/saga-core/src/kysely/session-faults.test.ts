import { expect, it } from 'vitest'
import { type Session, sessionFaults } from './session-faults.js'

const usual: Session = {
  sql_mode: 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',
  max_allowed_packet: '16777216',
  sql_select_limit: '18446744073709551615',
  autocommit: 'ON',
  completion_type: 'NO_CHAIN',
}

it.each<[string, Partial<Session>]>([
  ['the usual settings', {}],
  ['no mode', { sql_mode: '' }],
  ['the least packet', { max_allowed_packet: '2097152' }],
  ['the least limit', { sql_select_limit: '2000' }],
])('%s have no fault', (_, session) => {
  expect(sessionFaults({ ...usual, ...session })).toEqual([])
})

it.each<[string, Partial<Session>]>([
  ['sql_mode has NO_BACKSLASH_ESCAPES', { sql_mode: 'NO_BACKSLASH_ESCAPES' }],
  ['sql_mode has NO_BACKSLASH_ESCAPES', { sql_mode: 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES' }],
  ['max_allowed_packet is 2097151, under 2097152', { max_allowed_packet: '2097151' }],
  ['max_allowed_packet is 1024, under 2097152', { max_allowed_packet: '1024' }],
  ['sql_select_limit is 1999, under 2000', { sql_select_limit: '1999' }],
  ['sql_select_limit is 0, under 2000', { sql_select_limit: '0' }],
  ['autocommit is OFF', { autocommit: 'OFF' }],
  ['completion_type is CHAIN', { completion_type: 'CHAIN' }],
  ['completion_type is RELEASE', { completion_type: 'RELEASE' }],
])('%s is a fault, with its harm', (fault, session) => {
  expect(sessionFaults({ ...usual, ...session })).toEqual([expect.stringMatching(`^${fault}, so .`)])
})

it('names all faults', () => {
  const session = {
    sql_mode: 'NO_BACKSLASH_ESCAPES',
    max_allowed_packet: '1024',
    sql_select_limit: '1',
    autocommit: 'OFF',
  }

  expect(sessionFaults({ ...session, completion_type: 'CHAIN' })).toHaveLength(5)
})
