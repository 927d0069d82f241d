import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdmittedLane, GateRecoveringError } from '../src/gate/index.js'
import { keyDigestOf } from '../src/gate/input.js'
import { restockCampaign } from '../src/mysql/index.js'
import { request, takeRequest } from './gate-fixture.js'
import { type RecoveryFixture, recoveryFixture } from './recovery-fixture.js'
import { disagreements, type Facts } from './recovery-judge.js'
import { type Process, twoProcesses, World } from './recovery-world.js'

const commands = Number(process.env.MODEL_COMMANDS ?? 4_000)
const seed = Number(process.env.MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31))
const perSequence = 50

let fixture: RecoveryFixture
let processes: readonly [Process, Process]
beforeAll(async () => {
  fixture = await recoveryFixture()
  processes = twoProcesses(fixture)
  // A loss is a restored dump here, so that no write needs to reach the disk.
  await fixture.redis.config('SET', 'appendonly', 'no')
})
afterAll(async () => {
  for (const { redis } of processes) redis.disconnect()
  await fixture.close()
})

/** What a sale knows without Redis: a plain object. */
interface Model extends Facts {
  /** Lanes of each run that a take gave. */
  readonly taken: Map<string, readonly AdmittedLane[]>
  /** Runs that Temporal has. */
  readonly temporal: Map<string, readonly AdmittedLane[]>
}

type Step = (model: Model, world: World) => Promise<void>
type Command = fc.AsyncCommand<Model, World>
let executed = 0

function command(name: string, step: Step): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(model, world) {
      executed += 1
      await step(model, world)
      await world.remember()
    },
  }
}

/** A run's activity is retried until the gate is open; here a sweep does its work instead. */
function unlessRecovering(error: unknown): void {
  if (!(error instanceof GateRecoveringError)) throw error
}

function picked<T>(map: ReadonlyMap<string, T>, pick: number): [string, T] | undefined {
  return [...map][pick % Math.max(map.size, 1)]
}

type Of<T> = (at: number, pick: number, extra: number, flag: boolean) => T
const verbs: Readonly<Record<string, Of<Step>>> = {
  admit: (at, pick, extra, flag) => async (model, world) => {
    const userId = 1 + (pick % 5)
    const key = flag ? { idempotencyKey: `${world.voucherId} ${userId} ${extra % 2}` } : {}
    const asked = request(world.voucherId, userId, { quantity: 1 + (extra % 2), ...key })
    const answer = await processOf(world, at).gate.admit(asked)
    if (answer.status === 'admitted') model.accepted.set(answer.reservationId, model.losses)
    if (answer.status === 'replayed') expect([...model.accepted.keys()]).toContain(answer.reservationId)
  },
  take: (at, _pick, extra, flag) => async (model, world) => {
    const asked = takeRequest(world.voucherId, { maxLanes: 1 + (extra % 4), leaseMs: flag ? 0 : 3_600_000 })
    const answer = await processOf(world, at).gate.take(asked)
    if (answer.status !== 'taken' && answer.status !== 'again') return
    const known = model.taken.get(answer.runId)
    if (known !== undefined) expect(answer.lanes).toEqual(known)
    model.taken.set(answer.runId, answer.lanes)
  },
  start: (at, pick, _extra, settles) => async (model, world) => {
    const [runId, lanes] = picked(model.taken, pick) ?? ['', []]
    if (runId === '') return
    model.temporal.set(runId, lanes)
    for (const lane of lanes) model.started.add(lane.reservationId)
    if (settles) await processOf(world, at).gate.settle(world.voucherId, runId)
  },
  own: (at, pick, _extra, secures) => async (model, world) => {
    const [runId, lanes] = picked(model.temporal, pick) ?? ['', []]
    if (runId === '') return
    await world.own(runId, lanes)
    if (!secures) return
    const rows = world.db.selectFrom('purchases').select('reservation_id').where('owner', '=', runId).execute()
    const owned = new Set((await rows).map((row) => row.reservation_id))
    const ours = lanes.filter((lane) => owned.has(lane.reservationId))
    await processOf(world, at).gate.secure(world.voucherId, runId, ours).catch(unlessRecovering)
  },
  end: (at, pick, _extra, releases) => async (_model, world) => {
    const { db, voucherId } = world
    const live = db.selectFrom('purchases').select('reservation_id').where('voucher_id', '=', voucherId)
    const rows = await live.where('state', '=', 'PROCESSING').orderBy('reservation_id').execute()
    const reservationId = rows[pick % Math.max(rows.length, 1)]?.reservation_id
    if (reservationId === undefined) return
    const ended = db.updateTable('purchases').set({ state: 'REFUSED', reason: 'X' })
    await ended.where('reservation_id', '=', reservationId).execute()
    if (!releases) return
    await processOf(world, at)
      .gate.release(voucherId, [{ reservationId, reason: 'X' }])
      .catch(unlessRecovering)
  },
  apply: (at, pick, extra, applies) => async (_model, world) => {
    const operationId = `r-${world.voucherId}-${pick}-${extra}-${executed}`
    const change = await restockCampaign(world.db, world.voucherId, {
      actor: 'test',
      units: 1 + (extra % 2),
      operationId,
    })
    const { gate } = processOf(world, at)
    // A gate that is gone is recovered, never applied afresh.
    if (applies && change.gate !== null && (await gate.audit(world.voucherId)) !== null) await gate.apply(change.gate)
  },
}

function processOf(world: World, at: number): Process {
  return at === 0 ? world.processes[0] : world.processes[1]
}

const at = fc.nat({ max: 1 })
const number = fc.nat({ max: 1_000 })
const death = fc.record({ call: fc.nat({ max: 14 }), ran: fc.boolean() })
const verb = fc
  .tuple(fc.constantFrom(...Object.keys(verbs), 'admit', 'admit', 'take', 'own'), at, number, number, fc.boolean())
  .map(([name, ...rest]) => ({ name: `${name}(${rest.join(', ')})`, step: verbs[name]?.(...rest) ?? missing(name) }))

function missing(name: string): never {
  throw new Error(`there is no verb ${name}`)
}

const recoveries = {
  one: fc.tuple(at, fc.option(death)).map(([who, dies]) =>
    command(`recover(${who}, ${JSON.stringify(dies)})`, async (_model, world) => {
      await world.recover(processOf(world, who), dies ?? undefined)
    }),
  ),
  two: fc.tuple(fc.option(death), fc.option(death)).map(([first, second]) =>
    command(`recoverBoth(${JSON.stringify([first, second])})`, async (_model, world) => {
      const [one, other] = world.processes
      await Promise.all([world.recover(one, first ?? undefined), world.recover(other, second ?? undefined)])
    }),
  ),
  beside: fc.tuple(fc.option(death), verb).map(([dies, { name, step }]) =>
    command(`recover(${JSON.stringify(dies)}) beside ${name}`, async (model, world) => {
      await Promise.all([world.recover(world.processes[0], dies ?? undefined), step(model, world)])
    }),
  ),
}

const losses = fc.option(fc.integer({ min: 1, max: 7 })).map((count) =>
  command(`lose(${count ?? 'all'})`, async (model, world) => {
    model.losses += 1
    await world.lose(count ?? 'all')
  }),
)

/** Recovers as the API processes do, in turns, until nothing is left to mend. */
async function agree(model: Model, world: World): Promise<void> {
  let outcome = ''
  for (let turn = 0; outcome !== 'open' && turn < 20; turn += 1)
    outcome = await world.recover(processOf(world, turn % 2))
  expect(outcome).toBe('open')
  expect(await disagreements(world, model)).toEqual([])
  await replay(world)
}

/** A key that MySQL knows is a purchase of that user, and never another one. */
async function replay({ db, voucherId, processes: [{ gate }] }: World): Promise<void> {
  const keyed = await db
    .selectFrom('idempotency_keys as k')
    .innerJoin('purchases as p', 'p.reservation_id', 'k.reservation_id')
    .select(['p.user_id as userId', 'p.units as quantity', 'k.digest'])
    .where('p.voucher_id', '=', voucherId)
    .execute()
  for (const [userId, keys] of Map.groupBy(keyed, (row) => row.userId)) {
    for (const idempotencyKey of [0, 1].map((number) => `${voucherId} ${userId} ${number}`)) {
      const own = keys.find((row) => row.digest === keyDigestOf(idempotencyKey))
      if (own === undefined) continue
      const again = request(voucherId, userId, { quantity: own.quantity, idempotencyKey })
      expect(await gate.admit(again)).toMatchObject({ status: 'replayed' })
    }
  }
}

const everyCommand = [
  ...Array.from({ length: 6 }, () => verb.map(({ name, step }) => command(name, step))),
  recoveries.one,
  recoveries.two,
  recoveries.beside,
  losses,
  fc.constant(command('agree', agree)),
]

describe('the gate and its recovery against what MySQL and Temporal know', () => {
  it(`agree by identity after any ${commands} verbs, losses and deaths (seed ${seed})`, {
    timeout: 600_000,
  }, async () => {
    const startedAt = performance.now()
    await fc.assert(
      fc.asyncProperty(fc.commands(everyCommand, { maxCommands: perSequence, size: 'max' }), async (sequence) => {
        const world = await World.open(fixture, processes)
        const model: Model = {
          accepted: new Map(),
          started: new Set(),
          losses: 0,
          taken: new Map(),
          temporal: new Map(),
        }
        await fc.asyncModelRun(() => ({ model, real: world }), sequence)
        await agree(model, world)
      }),
      { numRuns: Math.ceil(commands / (perSequence / 2)), seed, endOnFailure: true },
    )
    const seconds = Math.round((performance.now() - startedAt) / 1_000)
    process.stdout.write(`${executed} commands in ${seconds} s, seed ${seed}\n`)
    expect(executed).toBeGreaterThan(commands / 2)
  })
})
