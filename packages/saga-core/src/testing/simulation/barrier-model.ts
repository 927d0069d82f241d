import { done, type LaneAnswer } from '../../wire/answer.js'
import type { Json } from '../../wire/columns.js'
import type { SetLane } from '../../wire/set-wise.js'
import { apart } from '../../wire/with-undo.js'

/** The saga, step, phase and run of a call. */
export interface BarrierCall {
  readonly saga: string
  readonly step: string
  readonly phase: string
  /** The run that calls; it is no part of a row's key. */
  readonly workflowId: string
}

/** The effects of a step for the lanes whose effect is due; synchronous, with an answer for each lane. */
type BarrierModelWork = (fresh: readonly SetLane[]) => readonly LaneAnswer[]

/** The barrier of `saga-core/kysely` in memory: the same answers in every order of actions, compensations and late attempts. */
export interface BarrierModel {
  run(call: BarrierCall, lanes: readonly SetLane[], work: BarrierModelWork): readonly LaneAnswer[]
  /** Records an effect that existed before the run. */
  adopt(call: BarrierCall, lane: string): void
}

type Row =
  | { readonly state: 'applied'; readonly result?: { readonly value: unknown } }
  | { readonly state: 'refused'; readonly code: string; readonly details?: Json }
  | { readonly state: 'fenced' }

type Rows = Map<string, Row>

function rowKey(call: BarrierCall, phase: string, lane: string): string {
  return JSON.stringify([call.saga, call.step, phase, lane])
}

/** Makes an empty barrier; with `fences: false` it is a faulty one, which does not fence the action that it undoes. */
export function barrierModel(fences: boolean): BarrierModel {
  const rows: Rows = new Map()
  return {
    adopt: (call, lane) => {
      rows.set(rowKey(call, 'action', lane), { state: 'applied' })
    },
    run(call, lanes, work) {
      if (call.phase === 'compensation') return undo(rows, fences, call, lanes, work)
      return call.phase === 'verify' ? verify(rows, call, lanes) : act(rows, call, lanes, work)
    },
  }
}

function act(rows: Rows, call: BarrierCall, lanes: readonly SetLane[], work: BarrierModelWork): readonly LaneAnswer[] {
  const keyOf = (lane: string) => rowKey(call, 'action', lane)
  const fresh = lanes.filter((lane) => !rows.has(keyOf(lane.key)))
  const replayed = lanes.flatMap((lane) => {
    const row = rows.get(keyOf(lane.key))
    return row ? [fromRow(lane.key, row)] : []
  })
  const answers = fresh.length > 0 ? work(fresh).map(asDefinite) : []
  for (const answer of answers) rows.set(keyOf(answer.key), toRow(answer))
  return [...answers, ...replayed]
}

function undo(
  rows: Rows,
  fences: boolean,
  call: BarrierCall,
  lanes: readonly SetLane[],
  work: BarrierModelWork,
): readonly LaneAnswer[] {
  const actionOf = (lane: string) => rowKey(call, 'action', lane)
  const ownOf = (lane: string) => rowKey(call, 'compensation', lane)
  const standing = lanes.filter(
    (lane) => rows.get(actionOf(lane.key))?.state === 'applied' && !rows.has(ownOf(lane.key)),
  )
  const answers =
    standing.length > 0 ? work(standing.map((lane) => withStoredResult(lane, rows.get(actionOf(lane.key))))) : []
  const kept = new Map(answers.filter((answer) => answer.status !== 'done').map((answer) => [answer.key, answer]))
  for (const { key } of lanes) {
    if (kept.has(key)) continue
    rows.set(ownOf(key), { state: 'applied' })
    // A later attempt of the action meets a fence, and not the result that was undone.
    const { state } = rows.get(actionOf(key)) ?? { state: 'fenced' }
    if (state === 'fenced' || (fences && state === 'applied')) rows.set(actionOf(key), { state: 'fenced' })
  }
  return lanes.map(({ key }) => asDefinite(kept.get(key) ?? done(key)))
}

/** Answers for an action from its row, and fences it if there is none. */
function verify(rows: Rows, call: BarrierCall, lanes: readonly SetLane[]): readonly LaneAnswer[] {
  return lanes.map(({ key }) => {
    const own = rowKey(call, 'action', key)
    const row = rows.get(own) ?? { state: 'fenced' }
    rows.set(own, row)
    return fromRow(key, row)
  })
}

function withStoredResult(lane: SetLane, row: Row | undefined): SetLane {
  return row?.state === 'applied' && row.result ? { ...apart(row.result.value), ...lane } : lane
}

function toRow(answer: LaneAnswer): Row {
  if (answer.status === 'done')
    return 'value' in answer ? { state: 'applied', result: { value: answer.value } } : { state: 'applied' }
  if (answer.status !== 'refused') return { state: 'fenced' }
  const { code, details } = answer
  return { state: 'refused', code, ...(details !== undefined && { details }) }
}

function fromRow(key: string, row: Row): LaneAnswer {
  if (row.state === 'fenced') return { key, status: 'fenced' }
  if (row.state === 'applied')
    return row.result ? { key, status: 'done', value: row.result.value } : { key, status: 'done' }
  const { state: _, ...refusal } = row
  return { key, status: 'refused', ...refusal, definite: true }
}

function asDefinite(answer: LaneAnswer): LaneAnswer {
  return answer.status === 'refused' ? { ...answer, definite: true } : answer
}
