import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Stack } from 'seckill-local-stack'
import { closeDatabase, connectDatabase, type Database, migrateToLatest } from 'seckill-store/mysql'
import type { NamedProcesses } from './measure/cpu-clock.js'
import type { BenchSize } from './result.js'
import { type BenchStack, type BenchStackOptions, startBenchStack } from './servers/bench-stack.js'
import { readSettings, type ServerSettings } from './servers/settings.js'
import { type Sizes, sizes } from './sizes.js'
import { type Cleaner, openCleaner } from './work/cleaning.js'

/** The servers, sizes and folders that every scenario uses. */
export interface Bench {
  readonly root: string
  readonly stack: Stack
  /** Logs and data of the processes that the benchmark starts. */
  readonly dir: string
  readonly db: Kysely<Database>
  readonly cleaner: Cleaner
  readonly size: BenchSize
  readonly sizes: Sizes
  readonly signal: AbortSignal
  readonly log: (line: string) => void
  /** The stack's servers as they run now. */
  servers(): Promise<NamedProcesses>
  /** Keeps the versions and the durability that a contender reported. */
  note(
    facts: Partial<Pick<ServerSettings, 'durability'>> & { readonly versions?: Readonly<Record<string, string>> },
  ): void
}

/** A benchmark on its private stack. */
export interface OpenBench extends Bench {
  readonly facts: ServerSettings & { readonly versions: Readonly<Record<string, string>> }
  close(): Promise<void>
}

export interface BenchOptions extends BenchStackOptions {
  readonly size: BenchSize
}

/** Starts the stack and runs the missing migrations. */
export async function openBench(options: BenchOptions): Promise<OpenBench> {
  const servers = await startBenchStack(options)
  try {
    return await onStack(servers, options)
  } catch (error) {
    await servers.stop()
    throw error
  }
}

async function onStack(servers: BenchStack, options: BenchOptions): Promise<OpenBench> {
  const { stack } = servers
  const dir = join(stack.dir, 'bench')
  mkdirSync(dir, { recursive: true })
  await migrateToLatest(stack.databaseMigrationUrl)
  const db = connectDatabase(stack.databaseUrl, { poolSize: 4, statementSeconds: 60 })
  const cleaner = openCleaner(stack)
  const settings = await readSettings(stack, await servers.processes())
  const versions: Record<string, string> = { node: process.version, ...servers.versions }
  const durability: Record<string, string> = { ...settings.durability }
  return {
    root: options.root,
    stack,
    dir,
    db,
    cleaner,
    size: options.size,
    sizes: sizes[options.size],
    signal: options.signal,
    log: options.onProgress,
    servers: servers.processes,
    note(facts) {
      Object.assign(versions, facts.versions)
      Object.assign(durability, facts.durability)
    },
    facts: { versions, durability, limits: settings.limits },
    async close() {
      await cleaner.close()
      await closeDatabase(db)
      await servers.stop()
    },
  }
}
