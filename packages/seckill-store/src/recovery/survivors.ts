import type { Redis } from 'ioredis'
import { gateKeys } from '../gate/keys.js'
import { scanHolds } from '../gate/scan-holds.js'

const entriesPerRead = 1_000

/** What is left of a gate in Redis, as it lies there. */
export interface Survivors {
  /** Holds, marks and idempotency keys by their field. */
  readonly fields: ReadonlyMap<string, string>
  /** The packed lanes waiting in the stream. */
  readonly waiting: readonly string[]
  /** The packed lanes of each open run record. */
  readonly records: ReadonlyMap<string, readonly string[]>
}

/** Reads all that is left of a closed gate, in bounded calls. */
export async function readSurvivors(redis: Redis, voucherId: number): Promise<Survivors> {
  return {
    fields: await scanHolds(redis, voucherId),
    waiting: await readStream(redis, gateKeys(voucherId).admissions),
    records: await readRecords(redis, gateKeys(voucherId).runs),
  }
}

async function readStream(redis: Redis, key: string): Promise<string[]> {
  const lanes: string[] = []
  let from = '-'
  for (;;) {
    const entries = await redis.xrange(key, from, '+', 'COUNT', entriesPerRead)
    for (const [, fields] of entries) lanes.push(String(fields[1]))
    const last = entries.at(-1)
    if (last === undefined || entries.length < entriesPerRead) return lanes
    from = `(${last[0]}`
  }
}

async function readRecords(redis: Redis, key: string): Promise<Map<string, string[]>> {
  const records = new Map<string, string[]>()
  for (const run of await redis.hkeys(key)) {
    const record = await redis.hget(key, run)
    if (record !== null) records.set(run, record.split('\n'))
  }
  return records
}
