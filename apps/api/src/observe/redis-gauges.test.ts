import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { addRedisGauges } from './redis-gauges.js'

const info = ['# Clients', 'connected_clients:3', '# Memory', 'used_memory:1660416', 'maxmemory:0', ''].join('\r\n')

it('the fields of INFO are the metrics of Redis, and one that the server does not tell is NaN', async () => {
  const registry = new Registry()
  addRedisGauges(registry, async () => [info])
  const text = await registry.metrics()
  expect(text).toContain('seckill_redis_connected_clients 3\n')
  expect(text).toContain('seckill_redis_memory_used_bytes 1660416\n')
  expect(text).toContain('seckill_redis_memory_limit_bytes 0\n')
  expect(text).toContain('seckill_redis_keyspace_hits Nan\n')
})

it('the figures of a cluster are those of its servers together', async () => {
  const registry = new Registry()
  addRedisGauges(registry, async () => [info, info.replace('clients:3', 'clients:4')])
  expect(await registry.metrics()).toContain('seckill_redis_connected_clients 7\n')
})

it('a Redis that does not answer has no figures, and harms no other metric', async () => {
  const registry = new Registry()
  let answer: () => Promise<readonly string[]> = async () => [info]
  addRedisGauges(registry, () => answer())
  expect(await registry.metrics()).toContain('seckill_redis_connected_clients 3\n')
  answer = () => Promise.reject(new Error('connection lost'))
  expect(await registry.metrics()).toContain('seckill_redis_connected_clients Nan\n')
})
