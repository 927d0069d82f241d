import { Redis } from 'ioredis'
import { sql } from 'kysely'
import type { Stack } from 'seckill-local-stack'
import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
import type { NamedProcesses } from '../measure/cpu-clock.js'
import { commandOf } from '../measure/process-tree.js'

/** Durability settings and raised limits, as the running servers report them. */
export interface ServerSettings {
  readonly durability: Readonly<Record<string, string>>
  readonly limits: Readonly<Record<string, string>>
}

/** Asks the servers of the stack for their settings. */
export async function readSettings(stack: Stack, processes: NamedProcesses): Promise<ServerSettings> {
  const temporal = commandOf(processes.temporal ?? 0)
  const pragmas = valuesOf(temporal, '--sqlite-pragma')
  return {
    durability: {
      redis: await redisDurability(stack.redisUrl),
      mysql: await mysqlDurability(stack.databaseUrl),
      temporal: `SQLite file, ${pragmas.join(', ') || 'default pragmas'}`,
    },
    limits: Object.fromEntries(valuesOf(temporal, '--dynamic-config-value').map((pair) => pair.split('=', 2))),
  }
}

async function redisDurability(url: string): Promise<string> {
  const redis = new Redis(url)
  try {
    const values = await Promise.all(['appendonly', 'appendfsync'].map((name) => redis.config('GET', name)))
    return values.map((reply) => pairOf(reply)).join(', ')
  } finally {
    redis.disconnect()
  }
}

/** A map with RESP3, a flat list with RESP2. */
function pairOf(reply: unknown): string {
  return (Array.isArray(reply) ? reply : Object.entries(reply as object).flat()).slice(0, 2).join(' ')
}

async function mysqlDurability(url: string): Promise<string> {
  const db = connectDatabase(url, { poolSize: 1 })
  try {
    const { rows } = await sql<{ flush: number; log: number }>`
      SELECT @@innodb_flush_log_at_trx_commit AS flush, @@log_bin AS log`.execute(db)
    return `innodb_flush_log_at_trx_commit=${rows[0]?.flush}, binary log ${Number(rows[0]?.log) === 0 ? 'off' : 'on'}`
  } finally {
    await closeDatabase(db)
  }
}

function valuesOf(command: string, option: string): readonly string[] {
  const words = command.split(' ')
  return words.flatMap((word, index) => (word === option ? [words[index + 1] ?? ''] : []))
}
