import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import type { LaneCall, SetCall } from 'saga-core'
import { defineBarrierScript } from 'saga-core/redis'
import type { BarrierHarness, Seen } from './harness.js'

/** The argument of a lane's script. */
interface Told {
  readonly refuse: boolean
  readonly pending?: boolean
  /** The key of the hash in which an undo records the result that it got. */
  readonly log: string
}

const saga = 'barrier'
function call(step: string, phase: SetCall['phase']): SetCall {
  return { saga, step, phase, workflowId: 'w' }
}
function laneCall(step: string, lane: string, phase: SetCall['phase']): LaneCall {
  return {
    ...call(step, phase),
    lane,
    idempotencyKey: `${step}/${lane}/${phase}`,
  }
}

const actLua = `
  write('HINCRBY', lane.keys[1], lane.key, 1)
  if lane.arg.refuse then return refuse('NO', { why = 'asked' }) end
  if lane.arg.pending then return pending() end
  return done({ seen = lane.key })
`
const undoLua = `
  if lane.arg.refuse then return refuse('STUCK') end
  write('HINCRBY', lane.keys[1], lane.key, -1)
  write('HSET', lane.keys[2], lane.key, cjson.encode(lane.result))
`

/** A client of the tests' server. */
export function redisClient(): Redis {
  const url = process.env.REDIS_URL
  if (!url) throw new Error('REDIS_URL is not set: it names the server these tests make their keys on')
  return new Redis(url, { maxRetriesPerRequest: 0 })
}

function scriptsOn(redis: Redis, tag: string, step: string) {
  const options = { tag, keys: ({ arg }: { arg: Told }) => [`accounts:{${tag}}:${step}`, arg.log] }
  return {
    act: defineBarrierScript<Told, Seen>(redis, { ...options, name: 'act', lua: actLua }),
    undo: defineBarrierScript<Told>(redis, { ...options, name: 'undo', lua: undoLua }),
  }
}

/** Deletes all keys that match a pattern. */
export async function dropKeys(redis: Redis, pattern: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: pattern, count: 500 })) {
    if (keys.length > 0) await redis.unlink(...(keys as string[]))
  }
}

/** The barrier of `saga-core/redis`, in a hash slot of its own. */
export async function redisHarness(): Promise<BarrierHarness> {
  const redis = redisClient()
  const tag = `saga-test-${randomBytes(5).toString('hex')}`
  let logs = 0
  const log = () => `log:{${tag}}:${++logs}`
  const told = (keys: readonly string[], refusing: readonly string[], to: string) => {
    const no = new Set(refusing)
    return keys.map((key): { key: string; arg: Told } => ({ key, arg: { refuse: no.has(key), log: to } }))
  }
  return {
    act: (step, keys, refusing = []) =>
      scriptsOn(redis, tag, step).act.run(call(step, 'action'), told(keys, refusing, log())),
    async undo(step, keys, stuck = []) {
      const to = log()
      const answers = await scriptsOn(redis, tag, step).undo.run(call(step, 'compensation'), told(keys, stuck, to))
      const results = Object.entries(await redis.hgetall(to)).map(([key, text]) => [key, JSON.parse(text)] as const)
      return { answers, results: new Map(results) }
    },
    async lose(kind, step, keys) {
      const own = redis.duplicate({ retryStrategy: () => null })
      await own.ping()
      const scripts = scriptsOn(own, tag, step)
      const lanes = told(keys, [], log())
      const sent =
        kind === 'act'
          ? scripts.act.run(call(step, 'action'), lanes)
          : scripts.undo.run(call(step, 'compensation'), lanes)
      own.stream.destroy()
      // The script ran or not; its answer is lost either way.
      await Promise.allSettled([sent])
    },
    actLane: (step, key, allowed) =>
      scriptsOn(redis, tag, step).act.runLane(laneCall(step, key, 'action'), { refuse: !allowed, log: log() }),
    async undoLane(step, key, cause) {
      const call = { ...laneCall(step, key, 'compensation'), ...(cause && { cause }) }
      await scriptsOn(redis, tag, step).undo.runLane(call, { refuse: false, log: log() })
    },
    decide(step, keys, open = []) {
      const isOpen = new Set(open)
      const lanes = told(keys, [], log()).map(({ key, arg }) => ({ key, arg: { ...arg, pending: isOpen.has(key) } }))
      return scriptsOn(redis, tag, step).act.run(call(step, 'decide'), lanes)
    },
    decideLane: (step, key, decided) => {
      const arg = { refuse: false, pending: !decided, log: log() }
      return scriptsOn(redis, tag, step).act.runLane(laneCall(step, key, 'decide'), arg)
    },
    verify: (step, keys) => scriptsOn(redis, tag, step).act.verify(call(step, 'verify'), told(keys, [], log())),
    verifyLane: (step, key) =>
      scriptsOn(redis, tag, step).act.verifyLane(laneCall(step, key, 'verify'), { refuse: false, log: log() }),
    actToVerify(step, key) {
      const { act } = scriptsOn(redis, tag, step)
      return [
        act.run(call(step, 'verify'), told([key], [], log())),
        act.runLane(laneCall(step, key, 'verify'), { refuse: false, log: log() }),
      ]
    },
    actInPhase(text, step, key) {
      const phase = text as SetCall['phase']
      const { act } = scriptsOn(redis, tag, step)
      const arg = { refuse: false, log: log() }
      return [
        act.run(call(step, phase), told([key], [], log())),
        act.runLane(laneCall(step, key, phase), arg),
        act.verify(call(step, phase), told([key], [], log())),
        act.verifyLane(laneCall(step, key, phase), arg),
      ]
    },
    async balances(step) {
      const entries = Object.entries(await redis.hgetall(`accounts:{${tag}}:${step}`))
      return new Map(entries.map(([key, balance]) => [key, Number(balance)]))
    },
    isRetryable: () => false,
    async close() {
      await dropKeys(redis, `*{${tag}}*`)
      await redis.quit()
    },
  }
}
