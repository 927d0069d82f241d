import {
  type CleaningOptions,
  type CleaningReport,
  cleanOldRows,
  type OldRow,
  type OldRows,
} from '../barrier/barrier-cleaning.js'
import { defaultPrefix, parseField, rowsKey } from './barrier-keys.js'
import type { BarrierRedis } from './barrier-redis.js'
import { toCommand } from './run-script.js'

/** The options of a cleaning in Redis. */
export interface RedisCleaningOptions extends CleaningOptions {
  /** The hash tags whose rows are cleaned; a continued cleaning gets them in the same order. */
  readonly tags: readonly string[]
  /** The prefix of the keys of barrier rows. Default `saga-barrier:`. */
  readonly prefix?: string
}

interface FieldRow extends OldRow {
  readonly key: string
  readonly field: string
  readonly compensation: string
}

const removeLua = `#!lua
-- Purpose: deletes rows that are still old and whose compensation, if any, is old too.
-- KEYS: 1 the hash of the barrier's rows
-- ARGV: 1 the age in ms, then pairs of a row's field and its compensation's field
-- Returns: the number of deleted rows
local time = redis.call('TIME')
local limit = time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[1]
local function is_old(row) return tonumber(string.match(row, '^.(%d+)|')) < limit end
local gone = 0
for at = 2, #ARGV, 2 do
  local row = redis.call('HGET', KEYS[1], ARGV[at])
  local compensation = redis.call('HGET', KEYS[1], ARGV[at + 1])
  if row and is_old(row) and (not compensation or is_old(compensation)) then
    gone = gone + redis.call('HDEL', KEYS[1], ARGV[at])
  end
end
return gone
`

/**
 * Deletes old barrier rows of lanes that have ended, in pages of about `rowsAtOnce` rows. A cleaning may be stopped and started again at
 * any time.
 *
 * @throws SagaError SAGA_CLEANING_TOO_EARLY when `olderThanMs` is under a week; SAGA_BARRIER_KEY for a tag with braces; errors of the
 * client.
 * @example
 * await cleanBarrier(redis, { tags: shows, olderThanMs: 45 * 86_400_000, ended: endedLanes })
 */
export async function cleanBarrier(redis: BarrierRedis, options: RedisCleaningOptions): Promise<CleaningReport> {
  const { tags, olderThanMs, prefix = defaultPrefix } = options
  const keys = tags.map((tag) => rowsKey(prefix, tag))
  const send = toCommand(redis, 'cleanBarrier', removeLua)
  return cleanOldRows<FieldRow>(
    options,
    (from, limit) => readOld(redis, keys, olderThanMs, from, limit),
    async (rows) => {
      const { key } = rows[0] as FieldRow
      const fields = rows.flatMap((row) => [row.field, row.compensation])
      return Number(await send([key], [String(olderThanMs), ...fields]))
    },
  )
}

/** Reads one page; a place is `<position in the tags>:<scan cursor>`. */
async function readOld(
  redis: BarrierRedis,
  keys: readonly string[],
  olderThanMs: number,
  from: string,
  limit: number,
): Promise<OldRows<FieldRow>> {
  const [at = 0, cursor = 0] = from.split(':').map(Number)
  const key = keys[at]
  if (key === undefined) return { rows: [] }
  const [next, entries] = await redis.hscan(key, cursor, 'COUNT', limit)
  const now = Number((await redis.time())[0]) * 1000
  const rows: FieldRow[] = []
  for (let index = 0; index < entries.length; index += 2) {
    const [field, value] = [entries[index] as string, entries[index + 1] as string]
    if (Number(value.slice(1, value.indexOf('|'))) >= now - olderThanMs) continue
    const { saga, lane, compensation } = parseField(field)
    rows.push({ key, field, compensation, saga, lane })
  }
  return { rows, next: next === '0' ? `${at + 1}:0` : `${at}:${next}` }
}
