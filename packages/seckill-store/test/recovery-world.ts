import type { Redis } from 'ioredis'
import { type Kysely, type KyselyPlugin, sql } from 'kysely'
import {
  type AdmittedLane,
  connectGateRedis,
  createGate,
  type Gate,
  GateRecoveringError,
  gateKeys,
} from '../src/gate/index.js'
import { type Database, writeKeys } from '../src/mysql/index.js'
import { type RecoveryOutcome, recoverGate } from '../src/recovery/index.js'
import { type RecoveryFixture, sale } from './recovery-fixture.js'

const snapshotsKept = 8

/** One API process: its own connection to Redis. */
export interface Process {
  readonly redis: Redis
  readonly gate: Gate
}

/** A call of a recovery that a process dies at: before the call, or when Redis or MySQL has run it. */
export interface Death {
  readonly call: number
  readonly ran: boolean
}

class Killed extends Error {}

/** A voucher with its real stores, two API processes, and the ways in which Redis loses writes. */
export class World {
  readonly processes: readonly [Process, Process]
  readonly db: Kysely<Database>
  readonly voucherId: number
  readonly #snapshots: Map<string, Buffer>[] = []

  private constructor(processes: readonly [Process, Process], db: Kysely<Database>, voucherId: number) {
    this.processes = processes
    this.db = db
    this.voucherId = voucherId
  }

  static async open(fixture: RecoveryFixture, processes: readonly [Process, Process]): Promise<World> {
    await fixture.redis.del(...(await fixture.redis.keys('*')), 'none')
    const { voucherId } = await sale(fixture, { total: 8, limitPerUser: 3 })
    const world = new World(processes, fixture.db, voucherId)
    await world.remember()
    return world
  }

  /** Keeps what Redis has now, for a loss of the writes after it. */
  async remember(): Promise<void> {
    const { redis } = this.processes[0]
    const keys = await redis.keys('*')
    const dumps = await Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)] as const))
    this.#snapshots.push(new Map(dumps.flatMap(([key, dump]) => (dump === null ? [] : [[key, dump]]))))
    if (this.#snapshots.length > snapshotsKept) this.#snapshots.shift()
  }

  /** Redis comes back as another server, without the last `count` changes, or without anything. */
  async lose(count: number | 'all'): Promise<void> {
    const { redis } = this.processes[0]
    await redis.del(...(await redis.keys('*')), 'none')
    if (count === 'all') return
    const at = Math.max(this.#snapshots.length - 1 - count, 0)
    for (const [key, dump] of this.#snapshots[at] ?? []) await redis.restore(key, 0, dump)
    const { campaign } = gateKeys(this.voucherId)
    if ((await redis.exists(campaign)) === 1) await redis.hset(campaign, 'run_id', 'the server before')
  }

  /** A lease that has passed at once: a process that died keeps no other one waiting. */
  recover({ redis }: Process, death?: Death): Promise<RecoveryOutcome | 'died'> {
    const stores = death === undefined ? { redis, db: this.db } : mortal(redis, this.db, death)
    return recoverGate({ ...stores, voucherId: this.voucherId, leaseMs: 0 }).catch((error: unknown) => {
      if (error instanceof Killed) return 'died' as const
      // Another process closed the gate under a sweep.
      if (error instanceof GateRecoveringError) return 'rebuilding' as const
      throw error
    })
  }

  /** Writes what takeLanes writes: a lane belongs to the first run that reaches MySQL. */
  async own(runId: string, lanes: readonly AdmittedLane[]): Promise<void> {
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
    await writeKeys(this.db, lanes)
  }
}

/** Two API processes on the Redis of a fixture. */
export function twoProcesses({ server }: RecoveryFixture): readonly [Process, Process] {
  const start = (): Process => {
    const redis = connectGateRedis(server.url)
    return { redis, gate: createGate(redis) }
  }
  return [start(), start()]
}

function mortal(redis: Redis, db: Kysely<Database>, death: Death) {
  let calls = 0
  const dies = (): boolean => {
    calls += 1
    return calls > death.call
  }
  const watched = new Proxy(redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        const last = dies()
        if (last && !death.ran) throw new Killed()
        const answer: unknown = await value.apply(target, args)
        if (last) throw new Killed()
        return answer
      }
    },
  })
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      if (dies()) throw new Killed()
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return { redis: watched, db: db.withPlugin(plugin) }
}
