import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { LaneAnswer, SetCall } from 'saga-core'
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
function call(phase: SetCall['phase'], saga = 'trip'): SetCall {
  return { saga, step: 'book', phase, workflowId: 'w' }
}
function lanesOf(keys: readonly string[]) {
  return keys.map((key) => ({ key, arg: 0 }))
}
function script<TResult = unknown>(tag: string, lua: string) {
  return defineBarrierScript<unknown, TResult>(redis, { name: 'test', lua, tag, keys: () => [`work:{${tag}}`] })
}
function failureOf(attempt: Promise<unknown>) {
  return attempt.catch((error: unknown) => error)
}

describe('a barrier script', () => {
  it('replays the sale of the last unit as done, because it reads the row before the stock', async () => {
    const tag = newTag()
    await redis.set(`work:{${tag}}`, 1)
    const sell = script(
      tag,
      `if tonumber(read('GET', lane.keys[1])) < 1 then return refuse('SOLD_OUT') end
       write('DECR', lane.keys[1])`,
    )

    const first = await sell.run(call('action'), lanesOf(['a']))
    const retry = await sell.run(call('action'), lanesOf(['a', 'b']))

    expect(first).toEqual([{ key: 'a', status: 'done' }])
    expect(retry).toEqual([
      { key: 'a', status: 'done' },
      { key: 'b', status: 'refused', code: 'SOLD_OUT', definite: true },
    ])
  })

  it('shows a later lane of a call the writes of an earlier one', async () => {
    const tag = newTag()
    const count = script<number>(
      tag,
      `write('INCR', lane.keys[1]) return done(tonumber(read('GET', lane.keys[1]) or '0'))`,
    )

    const answers = await count.run(call('action'), lanesOf(['b', 'a', 'c']))

    expect(answers.map((answer) => 'value' in answer && answer.value)).toEqual([0, 1, 2])
  })

  it('answers each lane of several scripts in several slots', async () => {
    const [one, other] = [newTag(), newTag()]
    const count = defineBarrierScript<number>(redis, {
      name: 'count',
      lua: `write('INCR', lane.keys[1])`,
      tag: ({ arg }) => (arg % 2 === 0 ? one : other),
      keys: ({ arg }) => [`work:{${arg % 2 === 0 ? one : other}}`],
    })
    const lanes = Array.from({ length: 1300 }, (_, arg) => ({ key: `lane-${arg}`, arg }))

    const answers = await count.run(call('action'), lanes)

    expect(new Set(answers.map(({ key }) => key)).size).toBe(1300)
    expect(await redis.mget(`work:{${one}}`, `work:{${other}}`)).toEqual(['650', '650'])
  })

  it('names the lane whose work failed, and leaves no effect of it', async () => {
    const tag = newTag()
    const lua = `write('INCR', lane.keys[1]) if lane.key == 'b' then error('no seat map') end`

    const failure = await failureOf(script(tag, lua).run(call('action'), lanesOf(['a', 'b', 'c'])))
    const again = await script(tag, `write('INCR', lane.keys[1])`).run(call('action'), lanesOf(['a', 'b', 'c']))

    expect(failure).toMatchObject({
      code: 'SAGA_BARRIER_SCRIPT',
      message: expect.stringMatching(/lane "b".*no seat map/),
    })
    expect(again.map(({ status }) => status)).toEqual(['done', 'done', 'done'])
    expect(await redis.get(`work:{${tag}}`)).toBe('3')
  })

  it('never repeats work that was written in part: every later attempt, undo and verify throws SAGA_BARRIER_TORN', async () => {
    const tag = newTag()
    const tear = script(tag, `write('INCR', lane.keys[1]) write('LPUSH', lane.keys[1], 1)`)

    const attempts = [call('action'), call('action'), call('compensation')]
    const failures: unknown[] = []
    for (const one of attempts) failures.push(await failureOf(tear.run(one, lanesOf(['a']))))
    failures.push(await failureOf(tear.verify(call('verify'), lanesOf(['a']))))

    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: 'SAGA_BARRIER_TORN',
        message: expect.stringMatching(/lane "a".*WRONGTYPE/),
      })
    }
    expect(await redis.get(`work:{${tag}}`)).toBe('1')
  })

  const mistakes = [
    ['writes with read', `read('INCR', lane.keys[1])`, /INCR is not known to only read/],
    ['goes around read and write', `redis.call('INCR', lane.keys[1])`, /use read\(\.\.\.\) and write/],
    ['answers something else', `return 1`, /end with done/],
    ['returns a number Lua would cut', `return done({ id = 12345678901234567 })`, /more than 14 digits/],
    ['refuses without a code', `return refuse()`, /refuse\(code, details\) needs a code/],
    ['has its only write refused', `redis = nil write('LPUSH', lane.keys[1], 1)`, /WRONGTYPE/],
  ] as const
  it.each(mistakes)('that %s fails with a remedy, and changes nothing', async (_, lua, message) => {
    const tag = newTag()
    await redis.set(`work:{${tag}}`, 7)

    const failure = await failureOf(script(tag, lua).run(call('action'), lanesOf(['a'])))

    expect(failure).toMatchObject({ code: 'SAGA_BARRIER_SCRIPT', message: expect.stringMatching(message) })
    expect(await redis.get(`work:{${tag}}`)).toBe('7')
    expect(await redis.exists(`saga-barrier:{${tag}}`)).toBe(0)
  })

  const lists = { seats: [], rows: [[], [1, []]], none: null, empty: {}, text: '[]' }

  it('returns empty lists of its argument, stores them, and gives them to its undo', async () => {
    const tag = newTag()
    const echo = script(tag, `return done(lane.arg, lane.arg)`)
    const first = await echo.run(call('action'), [{ key: 'a', arg: lists }])
    const undo = script(tag, `write('RPUSH', lane.keys[1], cjson.encode(lane.result), cjson.encode(lane.undo))`)
    await undo.run(call('compensation'), [{ key: 'a', arg: lists }])

    const told = { 'saga-core/result': lists, 'saga-core/undo': lists }
    expect(first).toEqual([{ key: 'a', status: 'done', value: told }])
    expect((await redis.lrange(`work:{${tag}}`, 0, -1)).map((text) => JSON.parse(text))).toEqual([lists, lists])
  })

  it('returns an empty list that its work makes with list()', async () => {
    const make = script(newTag(), `return done({ free = list(), taken = list({ 'a' }) })`)

    const answers = [await make.run(call('action'), lanesOf(['a'])), await make.run(call('action'), lanesOf(['a']))]
    const value = { free: [], taken: ['a'] }
    expect(answers).toEqual(Array(2).fill([{ key: 'a', status: 'done', value }]))
  })

  it('sees an empty list as a Lua table', async () => {
    const count = script<number>(
      newTag(),
      `local n = 0 for _ in pairs(lane.arg) do n = n + 1 end return done(n + #lane.arg)`,
    )

    expect(await count.run(call('action'), [{ key: 'a', arg: [] }])).toEqual([{ key: 'a', status: 'done', value: 0 }])
  })

  it.each([[1234567890123451], [{ user: { id: 1234567890123452 } }], [[0.1 + 0.2]], [-1e15 - 1]])(
    'refuses the argument %j, whose digits Lua cuts',
    async (arg) => {
      const tag = newTag()
      const mark = script(tag, `write('HSET', lane.keys[1], tostring(lane.arg), 1)`)

      await expect(mark.run(call('action'), [{ key: 'a', arg }])).rejects.toMatchObject({
        code: 'SAGA_BARRIER_SCRIPT',
        message: expect.stringMatching(/lane "a": the number .* more than 14 digits: send it as text/),
      })
      expect(await redis.exists(`work:{${tag}}`)).toBe(0)
    },
  )

  it.each([[99999999999999], [1e300], [-0.25], [1732900000123]])('takes the argument %j', async (arg) => {
    const echo = script(newTag(), `return done(lane.arg)`)

    expect(await echo.run(call('action'), [{ key: 'a', arg }])).toEqual([{ key: 'a', status: 'done', value: arg }])
  })

  it('refuses a result over 4,000 bytes before it writes', async () => {
    const tag = newTag()
    const large = script(tag, `write('INCR', lane.keys[1]) return done(string.rep('x', 4000))`)

    const failure = await failureOf(large.run(call('action'), lanesOf(['a'])))

    expect(failure).toMatchObject({ code: 'SAGA_RESULT_TOO_LARGE' })
    expect(await redis.exists(`work:{${tag}}`)).toBe(0)
  })

  it.each(['elsewhere', 'work:{other}', 'work:{}'])('refuses the key %s, which is in another slot', async (key) => {
    const stray = defineBarrierScript(redis, { name: 'stray', lua: '', tag: newTag(), keys: () => [key] })

    const failure = await failureOf(stray.run(call('action'), lanesOf(['a'])))

    expect(failure).toMatchObject({ code: 'SAGA_BARRIER_KEY', message: expect.stringContaining(`"${key}"`) })
  })

  it('gives a decision its intent, set-wise and for one lane', async () => {
    const lua = `if lane.intent.on ~= 'message' then return pending() end return done(lane.intent.message.value)`
    const decide = script(newTag(), lua)
    const deadline = { on: 'deadline' } as const
    const paid = { on: 'message', message: { value: 'paid' } } as const
    const laneCall = { ...call('decide'), lane: 'b', idempotencyKey: 'k' }

    expect(await decide.run(call('decide'), [{ key: 'a', arg: 0, intent: deadline }])).toEqual([
      { key: 'a', status: 'pending' },
    ])
    expect(await decide.run(call('decide'), [{ key: 'a', arg: 0, intent: paid }])).toEqual([
      { key: 'a', status: 'done', value: 'paid' },
    ])
    expect(await failureOf(decide.runLane({ ...laneCall, intent: deadline }, 0))).toMatchObject({ type: 'SagaPending' })
    expect(await decide.runLane({ ...laneCall, intent: paid }, 0)).toBe('paid')
  })

  it('leaves no row of a pending undo, which runs again', async () => {
    const tag = newTag()
    await script(tag, '').run(call('action'), lanesOf(['a']))
    const waiting = script(tag, `write('INCR', lane.keys[1]) return pending()`)

    expect(await waiting.run(call('compensation'), lanesOf(['a']))).toEqual([{ key: 'a', status: 'pending' }])
    expect(await redis.exists(`work:{${tag}}`)).toBe(0)

    const undo = script(tag, `write('INCR', lane.keys[1])`)
    expect(await undo.run(call('compensation'), lanesOf(['a']))).toEqual([{ key: 'a', status: 'done' }])
    expect(await redis.get(`work:{${tag}}`)).toBe('1')
  })

  it('stores undo data, and gives it to an undo whose run does not know it', async () => {
    const tag = newTag()
    const book = script(tag, "return done({ seat = lane.key }, { from = 'B' })")
    const answers = await book.run(call('action'), lanesOf(['a', 'b', 'c']))
    const told = { 'saga-core/result': { seat: 'a' }, 'saga-core/undo': { from: 'B' } }
    expect(answers[0]).toEqual({ key: 'a', status: 'done', value: told })
    expect(await book.run(call('action'), lanesOf(['a']))).toEqual([answers[0]])
    const cancel = script(
      tag,
      `write('HSET', lane.keys[1], lane.key, cjson.encode({ lane.result.seat, lane.undo.from, lane.arg }))`,
    )
    await cancel.run(call('compensation'), [
      { key: 'a', arg: 0 },
      { key: 'b', arg: 0, known: true, result: { seat: 'by hand' } },
      { key: 'c', arg: 0, known: true, result: { seat: 'C' }, undo: { from: 'D' } },
    ])

    expect(await redis.hgetall(`work:{${tag}}`)).toEqual({
      a: '["a","B",0]',
      b: '["by hand","B",0]',
      c: '["C","D",0]',
    })
  })

  it('gives an undo the result that its run knows before the stored one', async () => {
    const tag = newTag()
    await script(tag, `return done('stored')`).run(call('action'), lanesOf(['a', 'b']))
    const undo = script(tag, `write('RPUSH', lane.keys[1], lane.result)`)

    const answers: readonly LaneAnswer[] = await undo.run(call('compensation'), [
      { key: 'a', arg: 0, result: 'known' },
      { key: 'b', arg: 0 },
    ])

    expect(answers).toEqual([
      { key: 'a', status: 'done' },
      { key: 'b', status: 'done' },
    ])
    expect(await redis.lrange(`work:{${tag}}`, 0, -1)).toEqual(['known', 'stored'])
  })
})

describe('checkBarrierServer', () => {
  it('accepts a server without eviction', async () => {
    await expect(checkBarrierServer(redis)).resolves.toBeUndefined()
  })

  it('refuses a client whose key prefix moves keys to another slot', async () => {
    const prefixed = redis.duplicate({ keyPrefix: '{all}:' })

    const failure = await failureOf(checkBarrierServer(prefixed))

    await prefixed.quit()
    expect(failure).toMatchObject({ code: 'SAGA_BARRIER_SERVER', message: expect.stringContaining('keyPrefix') })
  })
})

describe('cleaning in Redis', () => {
  const day = 24 * 3_600_000
  /** Dates rows back by a number of days. */
  async function age(tag: string, days: number, only: (field: string) => boolean = () => true) {
    const rows = Object.entries(await redis.hgetall(`saga-barrier:{${tag}}`)).filter(([field]) => only(field))
    for (const [field, row] of rows) {
      const [, state, at, stored] = /^(.)(\d+)(\|.*)$/s.exec(row) as unknown as [string, string, string, string]
      await redis.hset(`saga-barrier:{${tag}}`, field, `${state}${Number(at) - days * day}${stored}`)
    }
  }
  const left = async (tag: string) => (await redis.hkeys(`saga-barrier:{${tag}}`)).toSorted()

  it('deletes old rows of ended lanes alone', async () => {
    const tag = newTag()
    const book = script(tag, '')
    await book.run(call('action'), lanesOf(['a', '1:b|{c}']))
    await book.run(call('compensation'), lanesOf(['a']))
    await book.run(call('action', 'other'), lanesOf(['a']))
    await age(tag, 30)
    await book.run(call('action'), lanesOf(['young']))
    const asked: (readonly [string, readonly string[]])[] = []

    const report = await cleanBarrier(redis, {
      tags: [tag, newTag()],
      olderThanMs: 20 * day,
      ended: async (saga, lanes) => {
        asked.push([saga, lanes.toSorted()])
        return saga === 'trip' ? ['a', 'young'] : []
      },
    })

    expect(report).toEqual({ seen: 4, deleted: 2, kept: 2 })
    expect(await left(tag)).toEqual(['4:trip4:book01:b|{c}', '4:trip4:book0young', '5:other4:book0a'])
    expect(asked.toSorted()).toEqual([
      ['other', ['a']],
      ['trip', ['1:b|{c}', 'a']],
    ])
  })

  it('keeps the row of an action as long as that of its compensation', async () => {
    const tag = newTag()
    const book = script(tag, '')
    await book.run(call('action'), lanesOf(['a']))
    await book.run(call('compensation'), lanesOf(['a']))
    await age(tag, 30, (field) => field.includes('book0'))

    const report = await cleanBarrier(redis, { tags: [tag], olderThanMs: 20 * day, ended: async (_, lanes) => lanes })

    expect(report).toEqual({ seen: 1, deleted: 0, kept: 1 })
  })

  it('works page by page, stops at its signal, and continues from the place where it stopped', async () => {
    const pair = [newTag(), newTag()]
    for (const tag of pair) {
      await script(tag, '').run(call('action'), lanesOf(Array.from({ length: 600 }, (_, at) => `lane-${at}`)))
      await age(tag, 30)
    }
    const stop = new AbortController()
    const options = {
      tags: pair,
      olderThanMs: 20 * day,
      ended: async (_: string, lanes: readonly string[]) => lanes,
      rowsAtOnce: 50,
    }

    const first = await cleanBarrier(redis, { ...options, signal: stop.signal, onProgress: () => stop.abort() })
    const rest = await cleanBarrier(redis, { ...options, from: first.next as string })

    expect(first.seen).toBeLessThan(600)
    expect(first.deleted + rest.deleted).toBe(1200)
    expect(await Promise.all(pair.map(left))).toEqual([[], []])
  })
})
