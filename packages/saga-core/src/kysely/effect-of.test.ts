import { expect, it } from 'vitest'
import { effectOf } from './effect-of.js'

it.each([
  ...['commit', 'COMMIT', ' \n\tcommit', '/* why */ commit', '/* one\ntwo */commit', '-- why\ncommit', '--\ncommit'],
  ...['# why\ncommit', '#\n-- why\n/* */commit', 'begin', 'BEGIN', 'start transaction', 'rollback', 'rollback work'],
  ...['create table t (id int)', 'create  unique\nindex i on t (id)', 'ALTER TABLE t ADD c int', 'drop table t'],
  ...['drop\ntable t', 'create temporarily', 'truncate t', 'truncate table t', 'rename table t to u'],
  ...['lock tables t write', 'unlock tables', 'analyze table t', 'optimize table t', 'repair table t'],
  ...['grant all on t to u', 'revoke all on t from u', 'flush tables'],
  ...['set autocommit = 1', 'SET  autocommit=0', 'set session autocommit = 1', 'set  session  autocommit = 1'],
  ...['set @@autocommit = 1', 'set @@session.autocommit = 1', 'rollback together'],
])('%j ends a transaction', (statement) => {
  expect(effectOf(statement)).toBe('ends')
})

it.each([
  ...['select 1', ' \n\tSELECT 1', '/* why */ select 1', '-- commit\nselect 1', 'insert into t values (1)'],
  ...['update t set commit = 1', 'delete from t', 'replace into t values (1)', 'with a as (select 1) select * from a'],
  ...['rollback to s', 'ROLLBACK  TO s', 'rollback work to s', 'rollback  work  to savepoint s'],
  ...['savepoint s', 'release savepoint s', 'select "\ncommit"', 'select rollback', 'select "set autocommit = 1"'],
])('%j keeps it', (statement) => {
  expect(effectOf(statement)).toBe('keeps')
})

it.each([
  ...['', ' ', '-- commit', '# commit', '/* commit */', '/*! COMMIT */', '/*!50000 commit */', '/*M! COMMIT */'],
  ...['call p()', 'execute s', "execute immediate 'commit'", 'commits', 'selects', 'recreate table t', 'started'],
  ...[
    'truncated',
    'create temporary table t (id int)',
    'CREATE  TEMPORARY\ntable t (id int)',
    'drop temporary table t',
  ],
  ...['set autocommits = 1', 'set @autocommit = 1', 'set @a = 1, autocommit = 1', 'set names utf8mb4'],
  ...['/*! commit */ select 1', '/*M! commit */ select 1', 'explain select 1', 'xa rollback to s', 'xa rollback 1'],
  ...['call p("set autocommit = 1")', 'do set autocommit = 1'],
  ...['set session transaction isolation level read committed', 'select 1; commit', 'rollback to s; commit'],
])('%j may end it', (statement) => {
  expect(effectOf(statement)).toBe('unknown')
})
