import { laneOf } from '../activity/lane-of.js'
import { laneResult } from '../activity/lane-result.js'
import { checkCall, fencesUndone, workOf } from '../barrier/barrier-call.js'
import type { LaneCall } from '../definition/activity-types.js'
import { done, type LaneAnswer } from '../wire/answer.js'
import type { SetCall, SetLane } from '../wire/set-wise.js'
import { fromLua, toLua } from './barrier-json.js'
import { defaultPrefix, fieldPrefix, inSlot, rowsKey } from './barrier-keys.js'
import { withinBarrier } from './barrier-lua.js'
import type { BarrierRedis } from './barrier-redis.js'
import { type SendScript, toCommand } from './run-script.js'

/** The largest number of lanes of one script, since a script blocks its server; further lanes go into further scripts. */
const lanesPerScript = 500

/** The options of {@link defineBarrierScript}. */
export interface BarrierScriptOptions<TArg, TResult = unknown> {
  /** The script's name in error messages. */
  readonly name: string
  /**
   * The step's work for one lane, in Lua. It has `lane.key`, `lane.arg` and `lane.keys`, in a compensation `lane.result` and
   * `lane.undo`, in a decision `lane.intent`. `read(command, ...)` runs at once; `write(command, ...)` runs when the lane is done. It
   * ends with `return done(value)`, `return done(value, undo)` as `withUndo`, `return refuse(code, details)`, `return pending()` (which
   * leaves no row) or without a return, which means done. An empty table returns as `{}`; `list()` makes an empty list. Numbers have at
   * most 14 digits in Lua's text: ids with more are text.
   */
  readonly lua: string
  /** The hash tag of the lane's keys, which puts its barrier row and its effects into one slot. */
  readonly tag: string | ((lane: SetLane<TArg, TResult>) => string)
  /** The keys that the work uses for this lane; each has the tag in braces. */
  readonly keys: (lane: SetLane<TArg, TResult>) => readonly string[]
  /** The prefix of the keys of barrier rows. Default `saga-barrier:`. */
  readonly prefix?: string
}

/** A step's Lua behind the barrier. */
export interface BarrierScript<TArg, TResult = unknown> {
  /**
   * Runs the work in a set-wise activity and answers each lane; a `decide` is an action.
   *
   * @throws SagaError SAGA_BARRIER_SCRIPT, SAGA_RESULT_TOO_LARGE and SAGA_BARRIER_TORN at the first lane that fails (the lanes before it
   * are done and have their rows); SAGA_BARRIER_KEY, SAGA_BARRIER_MISMATCH, SAGA_BARRIER_PHASE in a `verify`; errors of the client.
   */
  run(call: SetCall, lanes: readonly SetLane<TArg, TResult>[]): Promise<readonly LaneAnswer<TResult>[]>
  /**
   * Runs the work in a per-lane activity and returns its result.
   *
   * @throws the stored refusal; the fence when the lane was undone before; the failure of a pending decision; errors of `run`.
   */
  runLane(call: LaneCall, arg: TArg): Promise<TResult>
  /**
   * Answers a set-wise `verify` from the barrier alone: done with the stored result, the stored refusal, or not done and fenced from
   * then on.
   *
   * @throws SagaError SAGA_BARRIER_TORN, SAGA_BARRIER_KEY, SAGA_BARRIER_MISMATCH; errors of the client.
   */
  verify(call: SetCall, lanes: readonly SetLane<TArg, TResult>[]): Promise<readonly LaneAnswer<TResult>[]>
  /**
   * Answers a per-lane `verify` with the stored result.
   *
   * @throws the stored refusal; the fence when the action did not happen; errors of `verify`.
   */
  verifyLane(call: LaneCall, arg: TArg): Promise<TResult>
}

/**
 * Puts a step's Lua behind a barrier in the same script: a repeated action gets the stored result or refusal, an action after its
 * compensation is fenced, a compensation without an action does nothing and fences it. The script reads the row before it runs the work.
 * The idea is DTM's Redis barrier (dtm.pub/practice/barrier.html), which reads the stock first.
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

/** Runs a script for one lane; a lane that is not done throws as a per-lane activity does. */
async function runLane<TArg, TResult>(
  run: BarrierScript<TArg, TResult>['run'],
  call: LaneCall,
  arg: TArg,
): Promise<TResult> {
  const answers = await run(call, [laneOf(call, arg)])
  return laneResult(call.step, answers[0] as LaneAnswer<TResult>)
}

/** A script with the call it runs for. */
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
  checkCall(
    call,
    lanes.map(({ key }) => key),
  )
  const groups = Map.groupBy(lanes, (lane) => (typeof tag === 'string' ? tag : tag(lane)))
  // An error is thrown only after all tags have ended, so that no script outlives its attempt.
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
    const payloads = some.flatMap((lane) => [lane.key, payloadOf(name, lane, inSlot(name, tag, keys(lane)), table)])
    const head = [fieldPrefix(call, 'action'), fieldPrefix(call, 'compensation'), way]
    const replies = (await send([...table.keys()], [...head, ...payloads])) as readonly string[]
    answers.push(...some.map((lane, at) => toAnswer<TResult>(lane.key, replies[at] as string)))
  }
  return answers
}

/** The lane's payload as JSON; its keys are positions in `table`, the table of all keys, to which it adds them. */
function payloadOf(script: string, lane: SetLane, keys: readonly string[], table: Map<string, number>): string {
  const positions = keys.map((key) => {
    const position = table.get(key) ?? table.size + 1
    table.set(key, position)
    return position
  })
  const { arg, result, undo, intent } = lane
  return toLua(script, lane.key, { keys: positions, arg, result, undo, intent, fence: fencesUndone(lane) })
}

function toAnswer<TResult>(key: string, reply: string): LaneAnswer<TResult> {
  if (reply === 'f') return { key, status: 'fenced' }
  if (reply === 'p') return { key, status: 'pending' }
  const stored = reply.length > 1 ? fromLua(reply.slice(1)) : undefined
  if (reply.startsWith('r')) return { key, status: 'refused', ...(stored as { code: string }), definite: true }
  return stored === undefined ? done<TResult>(key) : { key, status: 'done', value: stored as TResult }
}
