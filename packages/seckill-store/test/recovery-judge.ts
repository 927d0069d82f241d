import { gateKeys } from '../src/gate/index.js'
import { type PackedHold, unpackHold } from '../src/gate/packed.js'
import { findCampaign } from '../src/mysql/index.js'
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
  readonly holds: ReadonlyMap<string, PackedHold>
  readonly fields: Readonly<Record<string, string>>
  readonly waiting: readonly string[]
  readonly recorded: ReadonlySet<string>
}

/** Every disagreement of an open gate with MySQL and with itself, each told by its reservation; none in a gate that is right. */
export async function disagreements(world: World, facts: Facts): Promise<readonly string[]> {
  const { holds, leases, runs } = gateKeys(world.voucherId)
  const { redis } = world.processes[0]
  const records = await redis.hgetall(runs)
  const leased = new Set(await redis.zrange(leases, '0', '-1'))
  const seen = await look(world, await redis.hgetall(holds), Object.values(records))
  const unleased = Object.keys(records).filter((run) => !leased.has(run))
  return [
    ...unleased.map((run) => `the record of ${run} has no lease`),
    ...(await purchasesWithoutHold(world, seen)),
    ...holdsWithoutReason(seen, facts, await purchaseIds(world)),
    ...lostWithoutLoss(world, seen, facts, await purchaseIds(world)),
    ...wrongMarks(seen),
    ...(await wrongCounters(world, seen)),
  ]
}

async function look(world: World, fields: Record<string, string>, records: readonly string[]): Promise<Seen> {
  const holds = new Map<string, PackedHold>()
  for (const [field, text] of Object.entries(fields)) {
    const hold = field.includes(':') ? null : unpackHold(text)
    if (hold !== null) holds.set(field, hold)
  }
  const entries = await world.processes[0].redis.xrange(gateKeys(world.voucherId).admissions, '-', '+')
  const waiting = entries.map(([, [, lane = '']]) => tailOf(lane))
  return { holds, fields, waiting, recorded: new Set(records.flatMap((record) => record.split('\n').map(tailOf))) }
}

function tailOf(lane: string): string {
  return lane.slice(0, lane.indexOf('|'))
}

async function purchaseIds(world: World): Promise<ReadonlySet<string>> {
  const rows = await world.db
    .selectFrom('purchases')
    .select('reservation_id')
    .where('voucher_id', '=', world.voucherId)
    .execute()
  return new Set(rows.map((row) => row.reservation_id))
}

async function purchasesWithoutHold(world: World, { holds }: Seen): Promise<string[]> {
  const rows = await world.db.selectFrom('purchases').selectAll().where('voucher_id', '=', world.voucherId).execute()
  return rows.flatMap((row) => {
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

async function wrongCounters(world: World, { holds }: Seen): Promise<string[]> {
  const audit = await world.processes[1].gate.audit(world.voucherId)
  const campaign = await findCampaign(world.db, world.voucherId)
  const live = [...holds.values()].filter((hold) => hold.state !== 'R')
  const held = live.reduce((units, hold) => units + hold.quantity, 0)
  // Late purchases may hold more than the total; apply then waits for releases.
  const isOver = held > (campaign?.total ?? 0)
  const terms = isOver ? {} : { version: campaign?.version, total: campaign?.total }
  const expected = { state: campaign?.state, held, liveHolds: live.length, ...terms }
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
