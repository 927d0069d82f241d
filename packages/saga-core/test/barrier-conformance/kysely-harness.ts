import { type Kysely, sql, type Transaction } from 'kysely'
import type { LaneAnswer, LaneCall, SetCall } from 'saga-core'
import { done, pending, refuse, refused, stepPending } from 'saga-core/activity'
import { verifyBarrier, verifyLaneBarrier, withBarrier, withLaneBarrier } from 'saga-core/kysely'
import { barrierDatabase, type TestDatabase } from '../barrier-database.js'
import type { BarrierHarness, Seen } from './harness.js'

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
function lanesOf(keys: readonly string[]) {
  return keys.map((key) => ({ key, arg: key }))
}

/** The error that rolls back a transaction with writes. */
class Lost extends Error {}

async function add(trx: Transaction<TestDatabase>, step: string, keys: readonly string[]) {
  if (keys.length === 0) return
  const rows = keys.map((key) => sql`(${`${step}/${key}`}, 1)`)
  await sql`INSERT INTO accounts VALUES ${sql.join(rows)} ON DUPLICATE KEY UPDATE balance = balance + 1`.execute(trx)
}

async function take(trx: Transaction<TestDatabase>, step: string, keys: readonly string[]) {
  if (keys.length === 0) return
  const ids = keys.map((key) => sql`${`${step}/${key}`}`)
  await sql`UPDATE accounts SET balance = balance - 1 WHERE id IN (${sql.join(ids)})`.execute(trx)
}

function act(
  db: Kysely<TestDatabase>,
  step: string,
  keys: readonly string[],
  refusing: readonly string[],
  lost: boolean,
) {
  const no = new Set(refusing)
  return withBarrier<TestDatabase, string, Seen>(db, call(step, 'action'), lanesOf(keys), async (trx, lanes) => {
    const going = lanes.filter(({ key }) => !no.has(key))
    await add(
      trx,
      step,
      going.map(({ key }) => key),
    )
    if (lost) throw new Lost()
    return lanes.map(
      ({ key }): LaneAnswer<Seen> => (no.has(key) ? refused(key, 'NO', { why: 'asked' }) : done(key, { seen: key })),
    )
  })
}

function decide(
  db: Kysely<TestDatabase>,
  phase: 'decide' | 'verify',
  step: string,
  keys: readonly string[],
  open: readonly string[],
) {
  const isOpen = new Set(open)
  return withBarrier<TestDatabase, string, Seen>(db, call(step, phase), lanesOf(keys), async (trx, lanes) => {
    const decided = lanes.flatMap(({ key }) => (isOpen.has(key) ? [] : [key]))
    await add(trx, step, decided)
    return lanes.map(({ key }) => (isOpen.has(key) ? pending(key) : done(key, { seen: key })))
  })
}

function decideLane(db: Kysely<TestDatabase>, call: LaneCall, decided: boolean) {
  return withLaneBarrier<TestDatabase, Seen>(db, call, async (trx) => {
    await add(trx, call.step, [call.lane])
    if (!decided) throw stepPending()
    return { seen: call.lane }
  })
}

async function undo(
  db: Kysely<TestDatabase>,
  step: string,
  keys: readonly string[],
  stuck: readonly string[],
  lost: boolean,
) {
  const results = new Map<string, unknown>()
  const kept = new Set(stuck)
  const answers = await withBarrier<TestDatabase, string, unknown>(
    db,
    call(step, 'compensation'),
    lanesOf(keys),
    async (trx, lanes) => {
      for (const { key, result } of lanes) results.set(key, result)
      await take(
        trx,
        step,
        lanes.flatMap(({ key }) => (kept.has(key) ? [] : [key])),
      )
      if (lost) throw new Lost()
      return lanes.map(({ key }) => (kept.has(key) ? refused(key, 'STUCK') : done(key)))
    },
  )
  return { answers, results }
}

/** The barrier of `saga-core/kysely`, on a database of its own. */
export async function kyselyHarness(): Promise<BarrierHarness> {
  const { db, drop } = await barrierDatabase()
  return {
    act: (step, keys, refusing = []) => act(db, step, keys, refusing, false),
    undo: (step, keys, stuck = []) => undo(db, step, keys, stuck, false),
    async lose(kind, step, keys) {
      const sent = kind === 'act' ? act(db, step, keys, [], true) : undo(db, step, keys, [], true)
      await sent.catch((error: unknown) => {
        if (!(error instanceof Lost)) throw error
      })
    },
    actLane: (step, key, allowed) =>
      withLaneBarrier<TestDatabase, Seen>(db, laneCall(step, key, 'action'), async (trx) => {
        await add(trx, step, [key])
        if (!allowed) throw refuse('NO')
        return { seen: key }
      }),
    undoLane(step, key, cause) {
      const call = { ...laneCall(step, key, 'compensation'), ...(cause && { cause }) }
      return withLaneBarrier<TestDatabase, void>(db, call, (trx) => take(trx, step, [key]))
    },
    decide: (step, keys, open = []) => decide(db, 'decide', step, keys, open),
    decideLane: (step, key, decided) => decideLane(db, laneCall(step, key, 'decide'), decided),
    verify: (step, keys) => verifyBarrier(db, call(step, 'verify'), lanesOf(keys)),
    verifyLane: (step, key) => verifyLaneBarrier(db, laneCall(step, key, 'verify')),
    actToVerify: (step, key) => [
      decide(db, 'verify', step, [key], []),
      decideLane(db, laneCall(step, key, 'verify'), true),
    ],
    actInPhase(text, step, key) {
      const phase = text as SetCall['phase']
      return [
        withBarrier<TestDatabase, string, unknown>(db, call(step, phase), lanesOf([key]), (trx) =>
          add(trx, step, [key]),
        ),
        withLaneBarrier<TestDatabase, void>(db, laneCall(step, key, phase), (trx) => add(trx, step, [key])),
        verifyBarrier(db, call(step, phase), lanesOf([key])),
        verifyLaneBarrier(db, laneCall(step, key, phase)),
      ]
    },
    async balances(step) {
      const rows = await db.selectFrom('accounts').selectAll().where('id', 'like', `${step}/%`).execute()
      return new Map(rows.map(({ id, balance }) => [id.slice(step.length + 1), balance]))
    },
    isRetryable: (error) => [1213, 1205, 1020].includes((error as { errno?: number }).errno ?? 0),
    close: drop,
  }
}
