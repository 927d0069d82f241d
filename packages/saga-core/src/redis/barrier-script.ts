import { checkWidths, workOf } from '../barrier/barrier-call.js'
import { fencesUndone } from '../barrier/undone.js'
import type { LaneCall } from '../definition/activity-types.js'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { done, type LaneAnswer } from '../wire/answer.js'
import type { SetCall, SetLane } from '../wire/set-wise.js'
import { defaultPrefix, fieldPrefix, inSlot, rowsKey } from './barrier-keys.js'
import { withinBarrier } from './barrier-lua.js'
import type { BarrierRedis } from './barrier-redis.js'
import { runLane } from './run-lane.js'
import { type SendScript, toCommand } from './run-script.js'

/** A script at most blocks its server for this many lanes; the others follow in further ones. */
const lanesPerScript = 500

/** What a barrier script is made of. */
export interface BarrierScriptOptions<TArg, TResult = unknown> {
  /** For errors. */
  readonly name: string
  /**
   * The step's work for one lane, in Lua: `lane.key`, `lane.arg`, `lane.keys`; in a compensation `lane.result` and
   * `lane.undo`, in a decision `lane.intent`; `read(command, ...)` now, `write(command, ...)` once it is done; ends with
   * `return done(value)`, `return done(value, undo)` as `withUndo` has it, `return refuse(code, details)`, `return pending()`
   * (nothing is kept, and it is asked again) or nothing.
   */
  readonly lua: string
  /** The hash tag of the lane's keys: barrier rows and effects of one tag are in one slot. */
  readonly tag: string | ((lane: SetLane<TArg, TResult>) => string)
  /** The keys the work may touch for this lane; each has the tag in braces. */
  readonly keys: (lane: SetLane<TArg, TResult>) => readonly string[]
  /** What the keys of barrier rows begin with. Default `saga-barrier:`. */
  readonly prefix?: string
}

/** A step's work in Redis behind its barrier. */
export interface BarrierScript<TArg, TResult = unknown> {
  /**
   * For a set-wise activity: answers each lane. A `decide` is an action.
   *
   * @throws SagaError SAGA_BARRIER_SCRIPT, SAGA_RESULT_TOO_LARGE, SAGA_BARRIER_TORN for one lane (the ones before it are done and
   * will replay), SAGA_BARRIER_KEY, SAGA_BARRIER_MISMATCH, SAGA_BARRIER_PHASE in a `verify`; errors of the client.
   */
  run(call: SetCall, lanes: readonly SetLane<TArg, TResult>[]): Promise<readonly LaneAnswer<TResult>[]>
  /**
   * For a per-lane activity.
   *
   * @throws the stored refusal; the fence when the lane was undone before; that it is pending; what `run` throws.
   */
  runLane(call: LaneCall, arg: TArg): Promise<TResult>
  /**
   * For a set-wise `verify`: answers from the barrier alone, without the work: done with the stored result, the stored refusal, or not
   * done, and fenced so that it never will be.
   *
   * @throws SagaError SAGA_BARRIER_TORN, SAGA_BARRIER_KEY, SAGA_BARRIER_MISMATCH; errors of the client.
   */
  verify(call: SetCall, lanes: readonly SetLane<TArg, TResult>[]): Promise<readonly LaneAnswer<TResult>[]>
  /**
   * For a per-lane `verify`: returns the stored result.
   *
   * @throws the stored refusal; the fence when it did not happen; what `verify` throws.
   */
  verifyLane(call: LaneCall, arg: TArg): Promise<TResult>
}

/**
 * Puts a step's Lua behind a barrier in the same script: a replay gets the stored result or refusal, an action after its
 * compensation is fenced, a compensation without an action does nothing and fences. The rows are looked at before the work is.
 * The idea is DTM's Redis barrier (dtm.pub/practice/barrier.html), which looks at the stock first.
 *
 * @example
 * const reserveSeats = defineBarrierScript<Booking, { left: number }>(redis, {
 *   name: 'reserveSeats',
 *   tag: ({ arg }) => arg.show,
 *   keys: ({ arg }) => [`seats:{${arg.show}}`],
 *   lua: `
 *     local left = tonumber(read('GET', lane.keys[1]) or '0') - lane.arg.seats
 *     if left < 0 then return refuse('SOLD_OUT') end
 *     write('DECRBY', lane.keys[1], lane.arg.seats)
 *     return done({ left = left })
 *   `,
 * })
 * const activities = { reserveSeats: setWise<Booking, { left: number }>((lanes, call) => reserveSeats.run(call, lanes)) }
 */
export function defineBarrierScript<TArg, TResult = unknown>(
  redis: BarrierRedis,
  options: BarrierScriptOptions<TArg, TResult>,
): BarrierScript<TArg, TResult> {
  const send = toCommand(redis, options.name, withinBarrier(options.lua))
  const script = { ...options, send }
  const run: BarrierScript<TArg, TResult>['run'] = async (call, lanes) =>
    runTags({ ...script, call, way: workOf(call, "the script's verify or verifyLane") }, lanes)
  const verify: typeof run = (call, lanes) => runTags({ ...script, call, way: 'verify' }, lanes)
  return {
    run,
    runLane: (call, arg) => runLane(run, call, arg),
    verify,
    verifyLane: (call, arg) => runLane(verify, call, arg),
  }
}

/** A script, and what it is run for. */
interface ScriptRun<TArg, TResult> extends BarrierScriptOptions<TArg, TResult> {
  readonly send: SendScript
  readonly call: SetCall
  readonly way: 'act' | 'undo' | 'verify'
}

async function runTags<TArg, TResult>(
  run: ScriptRun<TArg, TResult>,
  lanes: readonly SetLane<TArg, TResult>[],
): Promise<readonly LaneAnswer<TResult>[]> {
  const { call, tag } = run
  checkWidths(
    call,
    lanes.map(({ key }) => key),
  )
  checkDistinct(call, lanes)
  const groups = Map.groupBy(lanes, (lane) => (typeof tag === 'string' ? tag : tag(lane)))
  // All have ended before one's error is told: no script outlives its attempt.
  const settled = await Promise.allSettled([...groups].map(([one, group]) => runTag(run, one, group)))
  return settled.flatMap((group) => {
    if (group.status === 'rejected') throw group.reason
    return group.value
  })
}

async function runTag<TArg, TResult>(
  { send, call, way, name, keys, prefix = defaultPrefix }: ScriptRun<TArg, TResult>,
  tag: string,
  lanes: readonly SetLane<TArg, TResult>[],
): Promise<readonly LaneAnswer<TResult>[]> {
  const answers: LaneAnswer<TResult>[] = []
  for (let from = 0; from < lanes.length; from += lanesPerScript) {
    const some = lanes.slice(from, from + lanesPerScript)
    const table = new Map([[rowsKey(prefix, tag), 1]])
    const payloads = some.flatMap((lane) => [lane.key, payloadOf(lane, inSlot(name, tag, keys(lane)), table)])
    const head = [fieldPrefix(call, 'action'), fieldPrefix(call, 'compensation'), way]
    const replies = (await send([...table.keys()], [...head, ...payloads])) as readonly string[]
    answers.push(...some.map((lane, at) => toAnswer<TResult>(lane.key, replies[at] as string)))
  }
  return answers
}

/** A lane as the script reads it; its keys are positions in the table of all keys, which grows here. */
function payloadOf(lane: SetLane, keys: readonly string[], table: Map<string, number>): string {
  const positions = keys.map((key) => {
    const position = table.get(key) ?? table.size + 1
    table.set(key, position)
    return position
  })
  const { arg, result, undo, intent } = lane
  return JSON.stringify({ keys: positions, arg, result, undo, intent, fence: fencesUndone(lane) })
}

function toAnswer<TResult>(key: string, reply: string): LaneAnswer<TResult> {
  if (reply === 'f') return { key, status: 'fenced' }
  if (reply === 'p') return { key, status: 'pending' }
  const stored = reply.length > 1 ? JSON.parse(reply.slice(1)) : undefined
  if (reply.startsWith('r')) return { key, status: 'refused', ...stored, definite: true }
  return stored === undefined ? done<TResult>(key) : { key, status: 'done', value: stored }
}

function checkDistinct({ step }: SetCall, lanes: readonly SetLane[]): void {
  const keys = new Set(lanes.map((lane) => lane.key)).size
  if (keys === lanes.length) return
  const text = `step "${step}": ${lanes.length} lanes, but ${keys} keys`
  throw new SagaError(SagaErrorCode.BarrierMismatch, `${text}: keys must be distinct`)
}
