import { expect, it } from 'vitest'
import { endsTransaction } from './ends-transaction.js'

it.each([
  ...['commit', 'COMMIT', ' \n\tcommit', '/* why */ commit', '/* one\ntwo */commit', '-- why\ncommit', '--\ncommit'],
  ...['begin', 'BEGIN', 'start transaction', 'rollback', 'rollback work'],
  ...[
    'create table t (id int)',
    'create  unique\nindex i on t (id)',
    'ALTER TABLE t ADD c int',
    'drop table t',
    'drop\ntable t',
  ],
  ...[
    'create temporarily',
    'truncate t',
    'truncate table t',
    'rename table t to u',
    'lock tables t write',
    'unlock tables',
  ],
  ...[
    'analyze table t',
    'optimize table t',
    'repair table t',
    'grant all on t to u',
    'revoke all on t from u',
    'flush tables',
  ],
  ...['set autocommit = 1', 'SET  autocommit=0', 'set session autocommit = 1', 'set  session  autocommit = 1'],
  ...['set @@autocommit = 1', 'set @@session.autocommit = 1', 'rollback together'],
])('%j ends a transaction', (statement) => {
  expect(endsTransaction(statement)).toBe(true)
})

it.each([
  ...[
    '',
    ' ',
    '-- commit',
    '/* commit */',
    'select 1',
    'insert into t values (1)',
    'update t set commit = 1',
    'commits',
  ],
  ...['create temporary table t (id int)', 'CREATE  TEMPORARY\ntable t (id int)', 'drop temporary table t'],
  ...[
    'rollback to s',
    'ROLLBACK  TO s',
    'rollback work to s',
    'rollback  work  to savepoint s',
    'savepoint s',
    'release savepoint s',
  ],
  ...[
    'set autocommits = 1',
    'set @autocommit = 1',
    'set session transaction isolation level read committed',
    'set names utf8mb4',
  ],
  ...[
    'recreate table t',
    'started',
    'truncated',
    'select "\ncommit"',
    'select rollback',
    'select "set autocommit = 1"',
  ],
])('%j leaves it open', (statement) => {
  expect(endsTransaction(statement)).toBe(false)
})
