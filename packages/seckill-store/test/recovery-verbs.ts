import fc from 'fast-check'
import { expect } from 'vitest'
import { type AdmittedLane, GateRecoveringError, type Release } from '../src/gate/index.js'
import { openCampaign, pauseCampaign, restockCampaign } from '../src/mysql/index.js'
import { request, takeRequest } from './gate-fixture.js'
import type { Facts } from './recovery-judge.js'
import { type World, worldUsers } from './recovery-world.js'

/** What a sale knows without Redis: a plain object. */
export interface Model extends Facts {
  /** Lanes of each run that a take gave. */
  readonly taken: Map<string, readonly AdmittedLane[]>
  /** Those of them that were not settled. */
  readonly unsettled: Map<string, readonly AdmittedLane[]>
  /** Runs that Temporal has. */
  readonly temporal: Map<string, readonly AdmittedLane[]>
  /** Temporal repeats the calls that the gate has not answered; otherwise a sweep does their work. */
  readonly repeatsCalls: boolean
  owed: OwedCall[]
}

/** A call of an activity that the gate has not answered. */
interface OwedCall {
  readonly reservationIds: readonly string[]
  readonly repeat: () => Promise<unknown>
}

export function newModel(repeatsCalls: boolean): Model {
  return {
    repeatsCalls,
    accepted: new Map(),
    started: new Set(),
    losses: 0,
    taken: new Map(),
    unsettled: new Map(),
    temporal: new Map(),
    owed: [],
  }
}

/** What chance decides about a verb. */
interface Draw {
  /** The process that calls. */
  readonly at: 0 | 1
  readonly pick: number
  readonly extra: number
  /** Of a verb with two parts, whether its process lives to do the second. */
  readonly flag: boolean
}

type Verb = (model: Model, world: World, draw: Draw) => Promise<void>

/** An activity is repeated until it is answered; a closed gate answers later. */
async function call(model: Model, lives: boolean, activity: OwedCall): Promise<void> {
  try {
    if (lives) await activity.repeat()
    else model.owed.push(activity)
  } catch (error) {
    if (!(error instanceof GateRecoveringError)) throw error
    model.owed.push(activity)
  }
}

/** A step of a run waits for the one before. */
function isOwedACall({ repeatsCalls, owed }: Model, reservationId: string): boolean {
  return repeatsCalls && owed.some(({ reservationIds }) => reservationIds.includes(reservationId))
}

function picked<T>(map: ReadonlyMap<string, T>, pick: number): [string, T] | undefined {
  return [...map][pick % Math.max(map.size, 1)]
}

async function admit(model: Model, world: World, { at, pick, extra, flag }: Draw): Promise<void> {
  const userId = worldUsers[pick % worldUsers.length] ?? 1
  const key = flag ? { idempotencyKey: world.keysOf(userId)[extra % 2] ?? '' } : {}
  const asked = { quantity: 1 + (extra % 2), reservationId: world.nextReservationId(), ...key }
  const answer = await world.processes[at].gate.admit(request(world.voucherId, userId, asked))
  if (answer.status === 'admitted') model.accepted.set(answer.reservationId, model.losses)
  if (answer.status === 'replayed') expect([...model.accepted.keys()]).toContain(answer.reservationId)
}

/** As many as a loss may take back, so that running numbers are given again. */
async function rush(model: Model, world: World, draw: Draw): Promise<void> {
  for (let shopper = 0; shopper < 3; shopper += 1) await admit(model, world, { ...draw, pick: draw.pick + shopper })
}

async function take(model: Model, world: World, { at, extra, flag }: Draw): Promise<void> {
  const runId = `purchase-${world.voucherId}-${world.nextNumber()}`
  const asked = { runId, maxLanes: 1 + (extra % 4), leaseMs: flag ? 0 : 3_600_000 }
  const answer = await world.processes[at].gate.take(takeRequest(world.voucherId, asked))
  if (answer.status !== 'taken' && answer.status !== 'again') return
  const known = model.taken.get(answer.runId)
  if (known !== undefined) expect(answer.lanes).toEqual(known)
  model.taken.set(answer.runId, answer.lanes)
  model.unsettled.set(answer.runId, answer.lanes)
}

async function start(model: Model, world: World, { at, pick, flag }: Draw): Promise<void> {
  const [runId, lanes] = picked(model.unsettled, pick) ?? ['', []]
  if (runId === '') return
  model.temporal.set(runId, lanes)
  for (const lane of lanes) model.started.add(lane.reservationId)
  if (!flag) return
  await world.processes[at].gate.settle(world.voucherId, runId)
  model.unsettled.delete(runId)
}

/** Temporal refuses a run for good that it does not have. */
async function halve(model: Model, world: World, { at, pick, flag }: Draw): Promise<void> {
  const { gate } = world.processes[at]
  const refused = new Map([...model.unsettled].filter(([runId]) => !model.temporal.has(runId)))
  const [runId] = picked(refused, pick) ?? ['']
  if (runId === '') return
  const half = (): string => `purchase-${world.voucherId}-${world.nextNumber()}`
  await gate.halve(world.voucherId, runId, [half(), half()])
  model.taken.delete(runId)
  model.unsettled.delete(runId)
  if (flag) await gate.takeUp(world.voucherId)
}

async function own(model: Model, world: World, { at, pick, flag }: Draw): Promise<void> {
  const [runId, lanes] = picked(model.temporal, pick) ?? ['', []]
  if (runId === '') return
  const ours = await world.own(runId, lanes)
  await call(model, flag, {
    reservationIds: ours.map((lane) => lane.reservationId),
    repeat: () => world.processes[at].gate.secure(world.voucherId, runId, ours),
  })
}

/** A purchase whose run is started and owns it at once, so that a loss of the last writes often reaches all of it. */
async function buy(model: Model, world: World, draw: Draw): Promise<void> {
  await admit(model, world, draw)
  await take(model, world, { ...draw, flag: false })
  await start(model, world, { ...draw, pick: model.unsettled.size - 1, flag: true })
  await own(model, world, { ...draw, pick: model.temporal.size - 1, flag: true })
}

async function end(model: Model, world: World, { at, pick, flag }: Draw): Promise<void> {
  const { db, voucherId } = world
  const live = db.selectFrom('purchases').select('reservation_id').where('voucher_id', '=', voucherId)
  const rows = await live.where('state', '=', 'PROCESSING').orderBy('reservation_id').execute()
  const reservationId = rows[pick % Math.max(rows.length, 1)]?.reservation_id
  if (reservationId === undefined || isOwedACall(model, reservationId)) return
  const ended = db.updateTable('purchases').set({ state: 'REFUSED', reason: 'X' })
  await ended.where('reservation_id', '=', reservationId).execute()
  const release: Release = { reservationId, reason: 'X' }
  await call(model, flag, {
    reservationIds: [reservationId],
    repeat: () => world.processes[at].gate.release(voucherId, [release]),
  })
}

/** A restock, a pause or an opening, of which the gate hears at once or later. */
async function change(_model: Model, world: World, { at, pick, extra, flag }: Draw): Promise<void> {
  const { db, voucherId } = world
  const changes = [
    () =>
      restockCampaign(db, voucherId, {
        actor: 'test',
        units: 1 + (extra % 2),
        operationId: `r-${voucherId}-${world.nextNumber()}`,
      }),
    () => pauseCampaign(db, voucherId, { actor: 'test' }),
    () => openCampaign(db, voucherId, { actor: 'test' }),
  ]
  const changed = await changes[pick % changes.length]?.()
  if (flag && changed?.gate != null) await world.processes[at].gate.apply(changed.gate, { creates: false })
}

const verbs = { admit, rush, take, start, halve, own, buy, end, change } as const satisfies Record<string, Verb>
const names = Object.keys(verbs) as (keyof typeof verbs)[]

/** One step of a sale or of a disaster. */
export interface Command {
  readonly run: (model: Model, world: World) => Promise<unknown>
  /** In a failure, instead of the function's text. */
  readonly [fc.toStringMethod]: () => string
}

export function command(name: string, run: Command['run']): Command {
  return { run, [fc.toStringMethod]: () => name }
}

/** One of two processes. */
export const who = fc.constantFrom<0 | 1>(0, 1)
export const number = fc.nat({ max: 1_000 })

const moreOften = [
  'admit',
  'rush',
  'take',
  'own',
  'buy',
  'buy',
  'end',
  'end',
] as const satisfies readonly (keyof typeof verbs)[]

function verbOf(chosen: readonly (keyof typeof verbs)[]): fc.Arbitrary<Command> {
  const draws = fc.record({ at: who, pick: number, extra: number, flag: fc.boolean() })
  return fc
    .tuple(fc.constantFrom(...chosen), draws)
    .map(([name, draw]) =>
      command(`${name}(${Object.values(draw).join(', ')})`, (model, world) => verbs[name](model, world, draw)),
    )
}

/** Any verb, the more common ones more often. */
export const verb = verbOf([...names, ...moreOften])

/** Any verb, each as often. */
export const anyVerb = verbOf(names)

/** A run that is started, and half the time settled. */
export const started = verbOf(['start'])
