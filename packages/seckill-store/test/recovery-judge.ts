import type { Selectable } from 'kysely'
import { gateKeys } from '../src/gate/index.js'
import { keyDigestOf } from '../src/gate/input.js'
import { type PackedHold, unpackHold } from '../src/gate/packed.js'
import { findCampaign, type PurchasesTable } from '../src/mysql/index.js'
import { request } from './gate-fixture.js'
import type { World } from './recovery-world.js'

/** The facts that no loss of Redis changes, by reservation. */
export interface Facts {
  /** Accepted reservations, with the number of losses before them. */
  readonly accepted: Map<string, number>
  /** Reservations of the runs that Temporal has. */
  readonly started: Set<string>
  losses: number
}

interface Seen {
  readonly purchases: readonly Selectable<PurchasesTable>[]
  readonly records: readonly string[]
  readonly leased: readonly string[]
  readonly buyers: readonly string[]
  readonly holds: ReadonlyMap<string, PackedHold>
  readonly fields: Readonly<Record<string, string>>
  readonly waiting: readonly string[]
  readonly recorded: ReadonlySet<string>
}

/** Every disagreement of an open gate with MySQL and with itself, each told by its reservation; none in a gate that is right. */
export async function disagreements(world: World, facts: Facts): Promise<readonly string[]> {
  const seen = await look(world)
  const owned = new Set(seen.purchases.map((row) => row.reservation_id))
  return [
    ...wrongLeases(seen),
    ...purchasesWithoutHold(seen),
    ...holdsWithoutReason(seen, facts, owned),
    ...lostWithoutLoss(world, seen, facts, owned),
    ...wrongMarks(seen),
    ...missingBuyers(seen),
    ...(await wrongCounters(world, seen)),
    ...(await wrongReplays(world)),
  ]
}

function wrongLeases({ records, leased }: Seen): string[] {
  const unleased = records.filter((run) => !leased.includes(run))
  const unrecorded = leased.filter((run) => !records.includes(run))
  return [
    ...unleased.map((run) => `the record of ${run} has no lease`),
    ...unrecorded.map((run) => `the lease of ${run} has no record`),
  ]
}

async function look({ processes: [{ redis }], db, voucherId }: World): Promise<Seen> {
  const keys = gateKeys(voucherId)
  const [purchases, records, leased, buyers, fields, entries] = await Promise.all([
    db.selectFrom('purchases').selectAll().where('voucher_id', '=', voucherId).execute(),
    redis.hgetall(keys.runs),
    redis.zrange(keys.leases, '0', '-1'),
    redis.lrange(keys.buyers, 0, -1),
    redis.hgetall(keys.holds),
    redis.xrange(keys.admissions, '-', '+'),
  ])
  const holds = new Map<string, PackedHold>()
  for (const [field, text] of Object.entries(fields)) {
    const hold = field.includes(':') ? null : unpackHold(text)
    if (hold !== null) holds.set(field, hold)
  }
  const waiting = entries.map(([, [, lane = '']]) => tailOf(lane))
  const recorded = new Set(Object.values(records).flatMap((record) => record.split('\n').map(tailOf)))
  return { purchases, records: Object.keys(records), leased, buyers, holds, fields, waiting, recorded }
}

function tailOf(lane: string): string {
  return lane.slice(0, lane.indexOf('|'))
}

function purchasesWithoutHold({ purchases, holds }: Seen): string[] {
  return purchases.flatMap((row) => {
    const hold = holds.get(row.reservation_id.split('-')[1] ?? '')
    const state = row.state === 'REFUSED' ? 'R' : 'A'
    if (hold?.state === state && hold.userId === row.user_id && hold.quantity === row.units) return []
    return [`${row.reservation_id} is ${row.state} in MySQL, and its hold is ${JSON.stringify(hold)}`]
  })
}

function holdsWithoutReason(seen: Seen, { accepted, started }: Facts, owned: ReadonlySet<string>): string[] {
  return [...seen.holds].flatMap(([tail, { state }]) => {
    const id = [...accepted.keys()].find((one) => one.endsWith(tail))
    if (id === undefined) return [`${tail} was never accepted, and has a hold`]
    const queued = seen.waiting.filter((one) => one === tail).length
    if (state === 'W' && queued !== 1) return [`${id} waits, and the stream has it ${queued} times`]
    const served = owned.has(id) || started.has(id) || seen.recorded.has(tail)
    return state === 'A' && !served ? [`${id} is assigned, and neither Temporal, MySQL nor a record has it`] : []
  })
}

function lostWithoutLoss(world: World, { holds }: Seen, facts: Facts, owned: ReadonlySet<string>): string[] {
  return [...facts.accepted].flatMap(([id, losses]) => {
    const known = owned.has(id) || holds.has(id.slice(`${world.voucherId}-`.length)) || facts.started.has(id)
    return known || losses < facts.losses ? [] : [`${id} was accepted, and Redis lost nothing since, but it is gone`]
  })
}

function wrongMarks({ holds, fields }: Seen): string[] {
  const marks = new Map<string, { units: number; tails: string[] }>()
  const problems: string[] = []
  for (const [tail, { state, userId, quantity, keyDigest }] of holds) {
    const keyed = keyDigest === '' ? undefined : holds.get(fields[`k:${userId}:${keyDigest}`] ?? '')
    if (keyDigest !== '' && (keyed?.keyDigest !== keyDigest || keyed.userId !== userId)) {
      problems.push(`the key of ${tail} leads to ${JSON.stringify(keyed)}`)
    }
    if (state === 'R') continue
    const mark = marks.get(`u:${userId}`) ?? { units: 0, tails: [] }
    marks.set(`u:${userId}`, { units: mark.units + quantity, tails: [...mark.tails, tail].sort() })
  }
  const found = Object.keys(fields).filter((field) => field.startsWith('u:'))
  for (const field of new Set([...marks.keys(), ...found])) {
    const [units, tails = ''] = (fields[field] ?? '0|').split('|')
    const mark = marks.get(field) ?? { units: 0, tails: [] }
    const same = Number(units) === mark.units && tails.split(',').filter(Boolean).sort().join() === mark.tails.join()
    if (!same) problems.push(`${field} is ${fields[field]}, and its live holds are ${JSON.stringify(mark)}`)
  }
  return problems
}

function missingBuyers({ holds, buyers }: Seen): string[] {
  const missing = [...holds.values()].filter(({ state, userId }) => state !== 'R' && !buyers.includes(String(userId)))
  return missing.map(({ userId }) => `user ${userId} has a live hold and is not among the buyers`)
}

async function wrongCounters(world: World, { holds }: Seen): Promise<string[]> {
  const audit = await world.processes[1].gate.audit(world.voucherId)
  const campaign = await findCampaign(world.db, world.voucherId)
  const live = [...holds.values()].filter((hold) => hold.state !== 'R')
  const held = live.reduce((units, hold) => units + hold.quantity, 0)
  // Late purchases may hold more than the total; apply then waits for releases.
  const isOver = held > (campaign?.total ?? 0)
  const terms = isOver ? {} : { version: campaign?.version, total: campaign?.total }
  const expected = { state: campaign?.state, held, liveHolds: live.length, releasesOwed: false, ...terms }
  const problems = Object.entries({ ...expected, stock: Math.max((audit?.total ?? 0) - held, 0) }).flatMap(
    ([name, value]) => {
      const found = audit?.[name as keyof typeof audit]
      return found === value ? [] : [`the gate's ${name} is ${found}, not ${value}`]
    },
  )
  const greatest = Math.max(0, ...[...holds.values()].map((hold) => hold.seq))
  if ((audit?.seq ?? 0) < greatest) problems.push(`the number ${greatest} can be given out again after ${audit?.seq}`)
  return problems
}

/** A key that MySQL knows is a purchase of that user, and never another one. */
async function wrongReplays(world: World): Promise<string[]> {
  const { db, voucherId, processes } = world
  const keyed = await db
    .selectFrom('idempotency_keys as k')
    .innerJoin('purchases as p', 'p.reservation_id', 'k.reservation_id')
    .select(['p.user_id as userId', 'p.units as quantity', 'k.digest'])
    .where('p.voucher_id', '=', voucherId)
    .execute()
  const problems: string[] = []
  for (const { userId, quantity, digest } of keyed) {
    const idempotencyKey = world.keysOf(userId).find((key) => keyDigestOf(key) === digest) ?? ''
    const again = request(voucherId, userId, { quantity, idempotencyKey, reservationId: world.nextReservationId() })
    const { status } = await processes[0].gate.admit(again)
    if (status !== 'replayed') problems.push(`a key of user ${userId} that MySQL knows is ${status}`)
  }
  return problems
}
