import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import { findStack, type Stack, stackStatus, stopStack } from 'seckill-local-stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recorded, Scratch, serversUnder } from './scratch.js'

const scratch = new Scratch()
let stack: Stack
beforeAll(async () => {
  stack = await scratch.up()
}, 120_000)
afterAll(() => scratch.dispose(), 120_000)

async function query(uri: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const connection = await createConnection({ uri })
  try {
    const [rows] = await connection.query(sql)
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
  } finally {
    await connection.end()
  }
}

describe('a started stack', () => {
  it('has a Redis that writes each answer to disk first and evicts nothing', async () => {
    const redis = new Redis(stack.redisUrl)
    const settings = await redis.config(
      'GET',
      'append*',
      'no-appendfsync-on-rewrite',
      'maxmemory-policy',
      'save',
      'bind',
    )
    redis.disconnect()
    const values = settings as readonly string[]
    const setting = (name: string): string | undefined => values[values.indexOf(name) + 1]
    expect(
      ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite', 'maxmemory-policy', 'save', 'bind'].map(setting),
    ).toEqual(['yes', 'always', 'no', 'noeviction', '', '127.0.0.1'])
  })

  it('has a Redis that refuses a client without the password, which no process list shows', async () => {
    const { host, password } = new URL(stack.redisUrl)
    expect(password.length).toBeGreaterThanOrEqual(24)
    const stranger = new Redis(`redis://${host}`, { retryStrategy: null })
    await expect(stranger.ping()).rejects.toThrow(/NOAUTH/)
    stranger.disconnect()
    const { pid } = recorded(stack).redis ?? {}
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(password)
  })

  it('has a database that flushes at commit, reads committed rows and compares bytes', async () => {
    const [settings] = await query(
      stack.databaseUrl,
      `SELECT @@innodb_flush_log_at_trx_commit AS flush, @@log_bin AS binlog, @@collation_database AS collation,
              @@innodb_lock_wait_timeout AS lockWait, @@max_connections AS connections, @@performance_schema AS perf`,
    )
    expect(settings).toEqual({ flush: 1, binlog: 0, collation: 'utf8mb4_bin', lockWait: 3, connections: 200, perf: 0 })
    const isolation = await query(
      stack.databaseUrl,
      "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
    )
    expect(isolation[0]?.Value).toBe('READ-COMMITTED')
  })

  it('lets the migrator create databases named seckill… and no others', async () => {
    await query(stack.databaseMigrationUrl, 'CREATE DATABASE seckill_rights')
    await query(stack.databaseMigrationUrl, 'CREATE TABLE seckill_rights.t (id INT PRIMARY KEY)')
    await expect(query(stack.databaseMigrationUrl, 'CREATE DATABASE elsewhere')).rejects.toThrow(/denied/)
  })

  it('lets the app read and write rows of any seckill… database and change no table', async () => {
    await query(stack.databaseUrl, 'INSERT INTO seckill_rights.t VALUES (1)')
    expect(await query(stack.databaseUrl, 'SELECT id FROM seckill_rights.t')).toEqual([{ id: 1 }])
    await expect(query(stack.databaseUrl, 'DROP TABLE seckill_rights.t')).rejects.toThrow(/denied/)
    await expect(query(stack.databaseUrl, 'SELECT * FROM mysql.user')).rejects.toThrow(/denied/)
  })

  it('leaves the database no account without a password', async () => {
    const anonymous = stack.databaseUrl.replace(/\/\/[^@]*@/, '//root@')
    await expect(query(anonymous, 'SELECT 1')).rejects.toThrow(/denied/)
  })

  it('has a Temporal with the default namespace and a Web UI', async () => {
    const connection = await Connection.connect({ address: stack.temporalAddress })
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' })
    await connection.close()
    expect(namespaceInfo?.name).toBe('default')
    expect((await fetch(stack.temporalUiUrl ?? '')).status).toBe(200)
  })

  it('keeps its passwords to its owner', () => {
    expect(statSync(join(stack.dir, 'state.json')).mode & 0o777).toBe(0o600)
  })

  it('carries in env what its clients need', () => {
    expect(stack.env).toEqual({
      REDIS_URL: stack.redisUrl,
      DATABASE_URL: stack.databaseUrl,
      DATABASE_MIGRATION_URL: stack.databaseMigrationUrl,
      TEMPORAL_ADDRESS: stack.temporalAddress,
      TEMPORAL_UI_URL: stack.temporalUiUrl,
    })
  })

  it('is healthy in its status, which shows no password', async () => {
    const status = await stackStatus({ root: scratch.root })
    expect(status.healthy).toBe(true)
    expect(JSON.stringify(status)).not.toContain(new URL(stack.databaseUrl).password)
  })
})

describe('starting again', () => {
  it('is a no-op for servers that run', async () => {
    const before = recorded(stack)
    expect(await scratch.up()).toEqual(stack)
    expect(scratch.outcomes()).toEqual({ redis: 'reused', mysql: 'reused', temporal: 'reused' })
    expect(recorded(stack)).toEqual(before)
    expect(serversUnder(stack.dir)).toHaveLength(3)
  })

  it('finds the same stack without starting anything', async () => {
    expect(await findStack({ root: scratch.root })).toEqual(stack)
    expect(await findStack({ root: scratch.root, name: 'never' })).toBeUndefined()
  })
})

describe('two stacks by different names', () => {
  it('run side by side, and one stops without the other', async () => {
    const other = await scratch.up('other')
    const urlsOf = ({ redisUrl, databaseUrl, temporalAddress }: Stack): readonly string[] =>
      [redisUrl, databaseUrl, temporalAddress].map((url) => url.split(':').at(-1) ?? '')
    expect(new Set([...urlsOf(stack), ...urlsOf(other)]).size).toBe(6)
    await stopStack({ root: scratch.root, name: 'other' })
    expect(serversUnder(other.dir)).toEqual([])
    expect(await findStack({ root: scratch.root, name: 'other' })).toBeUndefined()
    expect((await stackStatus({ root: scratch.root })).healthy).toBe(true)
  }, 120_000)
})
