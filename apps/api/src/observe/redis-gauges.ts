import { Gauge, type Registry } from 'prom-client'
import { createProbe } from 'seckill-process/probe'

/** A figure of the gate's Redis: its metric, its help, and the field of INFO. */
const figures = [
  ['seckill_redis_connected_clients', 'Connections to Redis', 'connected_clients'],
  ['seckill_redis_memory_used_bytes', 'Memory of the data in Redis', 'used_memory'],
  ['seckill_redis_memory_limit_bytes', 'Memory that Redis may use, 0 without a limit', 'maxmemory'],
  ['seckill_redis_keyspace_hits', 'Reads of a key that Redis had, since its start', 'keyspace_hits'],
  ['seckill_redis_keyspace_misses', 'Reads of a key that Redis did not have, since its start', 'keyspace_misses'],
] as const

const limitMs = 2_000

/** The fields of a text of INFO. */
function infoFields(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

/**
 * Adds the metrics of the gate's Redis; while it does not answer, they have no value.
 * @param readInfo - the answers of its servers to INFO, whose fields are added up
 */
export function addRedisGauges(registry: Registry, readInfo: () => Promise<readonly string[]>): void {
  const read = createProbe('Redis', limitMs, readInfo)
  for (const [name, help, field] of figures) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const values = (await read().catch(() => [])).map((text) => Number(infoFields(text).get(field) ?? Number.NaN))
        this.set(values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0))
      },
    })
  }
}
