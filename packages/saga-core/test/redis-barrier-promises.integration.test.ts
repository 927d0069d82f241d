import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { Redis } from 'ioredis'
import type { LaneCall, SetCall, SetLane } from 'saga-core'
import { checkBarrierServer, cleanBarrier, defineBarrierScript } from 'saga-core/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dropKeys, redisClient } from './barrier-conformance/redis-harness.js'

let redis: Redis
const run = randomBytes(5).toString('hex')
beforeAll(() => {
  redis = redisClient()
})
afterAll(async () => {
  await dropKeys(redis, `*${run}*`)
  await redis.quit()
})

let tags = 0
function newTag() {
  return `${run}-${++tags}`
}
function call(phase: SetCall['phase']): SetCall {
  return { saga: 'trip', step: 'book', phase, workflowId: 'w' }
}
function laneCall(phase: SetCall['phase'], more: Partial<LaneCall> = {}): LaneCall {
  return {
    ...call(phase),
    lane: 'a',
    idempotencyKey: 'k',
    ...more,
  }
}
function script<TResult = unknown>(tag: string, lua: string, client = redis) {
  return defineBarrierScript<unknown, TResult>(client, { name: 'test', lua, tag, keys: () => [`work:{${tag}}`] })
}
function lanes(count: number) {
  return Array.from({ length: count }, (_, at) => ({ key: `lane-${at}`, arg: 0 }))
}
function detailsOf(attempt: Promise<unknown>) {
  return attempt.then(
    () => undefined,
    ({ details }) => details,
  )
}

describe('a barrier script', () => {
  it('answers each lane once over several scripts', async () => {
    const tag = newTag()
    const answers = await script(tag, `write('INCR', lane.keys[1])`).run(call('action'), lanes(1_001))

    expect(answers.map(({ key }) => key)).toEqual(lanes(1_001).map(({ key }) => key))
    expect(await redis.get(`work:{${tag}}`)).toBe('1001')
  })

  it('answers without a value when the work gave none, at first and in every replay', async () => {
    const rest = script(newTag(), '')

    expect(await rest.run(call('action'), lanes(1))).toStrictEqual([{ key: 'lane-0', status: 'done' }])
    expect(await rest.run(call('action'), lanes(1))).toStrictEqual([{ key: 'lane-0', status: 'done' }])
  })

  it('reads every type of key', async () => {
    const reads = [
      `read('GET', key)`,
      `read('TIME')[1] + 0 > 0 and read('TTL', key)`,
      `read('HGET', key, 'f')`,
      `read('HSTRLEN', key, 'f')`,
      `read('LLEN', key)`,
      `read('SDIFF', key)[1]`,
      `read('ZSCORE', key, 'm')`,
      `read('XREVRANGE', key, '+', '-')[1]`,
    ]
    const lua = `local key = lane.keys[1] local all = {} ${reads.map((one) => `all[#all + 1] = tostring(${one})`).join(' ')} return done(all)`

    const [answer] = await script(newTag(), lua).run(call('action'), lanes(1))
    expect(answer).toMatchObject({ status: 'done', value: ['false', '-2', 'false', '0', '0', 'nil', 'false', 'nil'] })
  })

  it('throws an error of the client as it is', async () => {
    const gone = redis.duplicate({ lazyConnect: true, retryStrategy: () => null })
    gone.disconnect()

    await expect(script(newTag(), '', gone).run(call('action'), lanes(1))).rejects.toThrow(/^Connection is closed\.$/)
  })

  it.each([
    ['saga', 's'.repeat(33), 'a'],
    ['lane', 'trip', 'x'.repeat(97)],
  ])('sends nothing when the %s does not fit', async (_, saga, key) => {
    const gone = redis.duplicate({ lazyConnect: true, retryStrategy: () => null })
    gone.disconnect()
    const one = { ...call('action'), saga }

    for (const way of ['run', 'verify'] as const) {
      const attempt = script(newTag(), '', gone)[way](one, [{ key, arg: 0 }])
      await expect(attempt).rejects.toMatchObject({ code: 'SAGA_BARRIER_KEY' })
    }
  })

  it('undoes once when its action is not fenced, for a refusal', async () => {
    const tag = newTag()
    await script(tag, `write('INCR', lane.keys[1])`).run(call('action'), lanes(1))
    const refused: readonly SetLane[] = [{ key: 'lane-0', arg: 0, cause: { kind: 'refused', code: 'NO' } }]
    for (let times = 0; times < 2; times++)
      await script(tag, `write('DECR', lane.keys[1])`).run(call('compensation'), refused)

    expect(await redis.get(`work:{${tag}}`)).toBe('0')
    expect(await script(tag, '').run(call('action'), lanes(1))).toEqual([{ key: 'lane-0', status: 'done' }])
  })

  it.each([
    [`refuse('NO')`, { code: 'NO' }],
    [`refuse('NO', { left = 0 })`, { code: 'NO', details: { left: 0 } }],
  ])('for one lane: stores %s as it was given', async (refuse, facts) => {
    const refusing = script(newTag(), `return ${refuse}`)

    const kept = [{ ...facts, definite: true, stored: true }]
    expect(await detailsOf(refusing.runLane(laneCall('action'), 0))).toStrictEqual(kept)
    expect(await detailsOf(refusing.runLane(laneCall('action'), 0))).toStrictEqual(kept)
  })

  it('for one lane: gives an undo the result that its run knows, else the stored one', async () => {
    const tag = newTag()
    const book = script<string>(tag, `return done('seat of ' .. lane.key)`)
    const undo = script<string>(tag, `write('RPUSH', lane.keys[1], lane.result)`)
    for (const lane of ['a', 'b']) expect(await book.runLane(laneCall('action', { lane }), 0)).toBe(`seat of ${lane}`)

    await undo.runLane(laneCall('compensation', { lane: 'a' }), 0)
    await undo.runLane(laneCall('compensation', { lane: 'b', result: 'known' }), 0)

    expect(await redis.lrange(`work:{${tag}}`, 0, -1)).toEqual(['seat of a', 'known'])
  })
})

describe('checkBarrierServer', () => {
  /** Checks a server that speaks enough of RESP to answer INFO; the tests' Redis has neither another version nor another policy. */
  async function asked(info: { readonly server: string; readonly memory: string }) {
    const server = createServer((socket) => {
      socket.on('data', (data) => {
        for (const [, section] of data.toString().matchAll(/\r\n(server|memory)\r\n/gi)) {
          const text = info[section?.toLowerCase() as 'server' | 'memory']
          socket.write(`$${Buffer.byteLength(text)}\r\n${text}\r\n`)
        }
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const options = { protocol: 2, enableReadyCheck: false, disableClientInfo: true, maxRetriesPerRequest: 0 } as const
    const client = new Redis({ port, host: '127.0.0.1', ...options })
    const failure = await checkBarrierServer(client).catch((error: unknown) => error)
    client.disconnect()
    server.close()
    return failure
  }
  const server = (version: string) => `# Server\r\nredis_version:${version}\r\nredis_mode:standalone\r\n`
  const memory = (policy: string) => `# Memory\r\nused_memory:1\r\nmaxmemory_policy:${policy}\r\n`

  it.each([
    ['6.2.7', 'noeviction', 'it is Redis 6.2.7. To go on, use Redis 7 or later'],
    ['7.0.0', 'allkeys-lru', 'its maxmemory-policy is allkeys-lru, which throws barrier rows away'],
  ])('refuses Redis %s with %s', async (version, policy, message) => {
    expect(await asked({ server: server(version), memory: memory(policy) })).toMatchObject({
      code: 'SAGA_BARRIER_SERVER',
      message: expect.stringContaining(message),
    })
  })

  it('accepts Redis 7 with a volatile policy, and a server whose INFO has neither field', async () => {
    expect(await asked({ server: server('7.0.0'), memory: memory('volatile-lru') })).toBeUndefined()
    expect(await asked({ server: '# Server\r\n', memory: '# Memory\r\n' })).toBeUndefined()
  })

  it('accepts a key prefix without braces', async () => {
    const prefixed = redis.duplicate({ keyPrefix: 'all:' })

    await expect(checkBarrierServer(prefixed)).resolves.toBeUndefined()
    await prefixed.quit()
  })
})

describe('cleaning in Redis', () => {
  const month = 30 * 24 * 3_600_000

  it('reads each old row once, tag after tag, and keeps rows of lanes that have not ended', async () => {
    const pair = [newTag(), newTag()]
    for (const tag of pair) {
      const rows = lanes(600).flatMap(({ key }) => [`4:trip4:book0${key}`, `1${Date.now() - 2 * month}|`])
      await redis.hset(`saga-barrier:{${tag}}`, ...rows)
    }
    const seen: string[] = []
    const report = await cleanBarrier(redis, {
      tags: pair,
      olderThanMs: month,
      rowsAtOnce: 50,
      ended: async (_, some) => {
        seen.push(...some)
        return []
      },
    })

    expect(report).toStrictEqual({ seen: 1_200, deleted: 0, kept: 1_200 })
    expect(new Set(seen).size).toBe(600)
  })

  it('reads nothing without tags', async () => {
    const report = await cleanBarrier(redis, { tags: [], olderThanMs: month, ended: async () => [] })

    expect(report).toStrictEqual({ seen: 0, deleted: 0, kept: 0 })
  })
})
