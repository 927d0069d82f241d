import { type Kysely, sql } from 'kysely'
import { type AdmittedLane, gateKeys } from '../src/gate/index.js'
import { keyDigestOf } from '../src/gate/input.js'
import { type Database, writeKeys } from '../src/mysql/index.js'
import type { RecoveryOutcome } from '../src/recovery/index.js'
import { type RecoveryFixture, sale } from './recovery-fixture.js'
import { HeldRecovery, type Process, type Reach } from './recovery-process.js'

/** One more than the changes that a loss can take back. */
const places = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const
/** KEYS: some keys, then those that become their copies. */
const copyKeys = `for i = 1, #KEYS / 2 do
  redis.call('DEL', KEYS[#KEYS / 2 + i])
  redis.call('COPY', KEYS[i], KEYS[#KEYS / 2 + i])
end`
const tailLength = 26
/** Each holds a connection of MySQL while it is held up. */
const mostHeld = 2

/** The users of a world's voucher. */
export const worldUsers = [1, 2, 3, 4, 5] as const

/** A voucher with its real stores, two API processes, and the ways in which Redis loses writes. */
export class World {
  readonly processes: readonly [Process, Process]
  readonly db: Kysely<Database>
  readonly voucherId: number
  readonly #keys: readonly string[]
  /** The places of what Redis had after the last changes. */
  readonly #snapshots: number[] = []
  readonly #held: HeldRecovery[] = []
  #ids = 0

  private constructor(processes: readonly [Process, Process], db: Kysely<Database>, voucherId: number) {
    this.processes = processes
    this.db = db
    this.voucherId = voucherId
    const idempotencyKeys = worldUsers.flatMap((userId) =>
      this.keysOf(userId).map((key) => `seckill:user:${userId}:key:${keyDigestOf(key)}`),
    )
    this.#keys = [...Object.values(gateKeys(voucherId)), ...idempotencyKeys]
  }

  static async open(fixture: RecoveryFixture, processes: readonly [Process, Process]): Promise<World> {
    const { voucherId } = await sale(fixture, { total: 16, limitPerUser: 5 })
    const world = new World(processes, fixture.db, voucherId)
    await world.remember()
    return world
  }

  /** The idempotency keys of a user of this voucher. */
  keysOf(userId: number): readonly [string, string] {
    return [`${this.voucherId} ${userId} 0`, `${this.voucherId} ${userId} 1`]
  }

  /** The same at each run of a seed, unlike a random one: MySQL orders by it. */
  nextReservationId(): string {
    const digits = this.nextNumber().toString().padStart(tailLength, '0')
    return `${this.voucherId}-${digits.replace(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)))}`
  }

  nextNumber(): number {
    this.#ids += 1
    return this.#ids
  }

  /** Keeps what Redis has now, for a loss of the writes after it. */
  async remember(): Promise<void> {
    const { redis } = this.processes[0]
    const place = places.find((one) => !this.#snapshots.includes(one)) ?? 0
    await redis.eval(copyKeys, 2 * this.#keys.length, ...this.#keys, ...this.#keysAt(place))
    this.#snapshots.push(place)
    if (this.#snapshots.length === places.length) this.#snapshots.shift()
  }

  #keysAt(place: number): readonly string[] {
    return this.#keys.map((key) => `snapshot ${place} ${key}`)
  }

  /** Redis comes back as another server, without the last `count` changes, or without anything. */
  async lose(count: number | 'all'): Promise<void> {
    const { redis } = this.processes[0]
    const lost = count === 'all' ? this.#snapshots.length : Math.min(count, this.#snapshots.length - 1)
    this.#snapshots.splice(this.#snapshots.length - lost)
    const kept = this.#snapshots.at(-1)
    if (kept === undefined) return void (await redis.del(...this.#keys))
    await redis.eval(copyKeys, 2 * this.#keys.length, ...this.#keysAt(kept), ...this.#keys)
    const { campaign } = gateKeys(this.voucherId)
    if ((await redis.exists(campaign)) === 1) await redis.hset(campaign, 'run_id', 'the server before')
  }

  /** A lease that has passed: a process that died or is held up keeps no other one from a rebuild. */
  async passLease(): Promise<void> {
    const { redis } = this.processes[0]
    const { campaign } = gateKeys(this.voucherId)
    if ((await redis.hexists(campaign, 'rebuild')) === 1) await redis.hset(campaign, 'rebuild_until', 0)
  }

  /** Begins a recovery, which may be held up; too many that are would leave MySQL without a connection. */
  async recover(process: Process, reach?: Reach): Promise<RecoveryOutcome | 'died' | 'held'> {
    if (this.#held.length === mostHeld) await this.goOn(0)
    const recovery = new HeldRecovery(process, this.db, this.voucherId, reach)
    const reached = await recovery.reached
    if (reached === 'held') this.#held.push(recovery)
    return reached
  }

  /** Lets a recovery go on that was held up, if there is one. */
  async goOn(pick: number, reach?: Reach): Promise<void> {
    const at = pick % Math.max(this.#held.length, 1)
    if ((await this.#held[at]?.goOn(reach)) !== 'held') this.#held.splice(at, 1)
  }

  /** Lets all recoveries come to their end. */
  async goOnToTheEnd(): Promise<void> {
    while (this.#held.length > 0) await this.goOn(0)
  }

  /** Writes what takeLanes writes: a lane belongs to the first run that reaches MySQL. Returns those of this run. */
  async own(runId: string, lanes: readonly AdmittedLane[]): Promise<readonly AdmittedLane[]> {
    await this.db
      .insertInto('purchases')
      .values(
        lanes.map((lane) => ({
          reservation_id: lane.reservationId,
          voucher_id: lane.voucherId,
          user_id: lane.userId,
          units: lane.quantity,
          owner: runId,
          state: 'PROCESSING' as const,
          reason: null,
          order_id: null,
          seq: lane.seq,
          admitted_at: lane.admittedAt,
          taken_at: lane.admittedAt,
          ended_at: null,
        })),
      )
      .onDuplicateKeyUpdate({ reservation_id: sql`purchases.reservation_id` })
      .execute()
    const rows = await this.db.selectFrom('purchases').select('reservation_id').where('owner', '=', runId).execute()
    const owned = new Set(rows.map((row) => row.reservation_id))
    const ours = lanes.filter((lane) => owned.has(lane.reservationId))
    await writeKeys(this.db, ours)
    return ours
  }
}
