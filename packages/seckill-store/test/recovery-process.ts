import type { Kysely, KyselyPlugin } from 'kysely'
import { connectGateRedis, createGate, type Gate, type GateConnection, GateRecoveringError } from '../src/gate/index.js'
import type { Database } from '../src/mysql/index.js'
import { type RecoveryOutcome, recoverGate } from '../src/recovery/index.js'
import type { RecoveryFixture } from './recovery-fixture.js'

/** A slow machine may keep Redis' answer for longer than the sale waits for it. */
const answerMs = 60_000
/** Longer than any test: a lease passes when the world says so, and no renewal comes by itself. */
const leaseMs = 3_600_000

/** One API process: its own connection to Redis. */
export interface Process {
  readonly redis: GateConnection
  readonly gate: Gate
  /** Gives its recoveries a fault. */
  readonly plant?: Plant
}

/** What a recovery uses in place of its connection, on which it makes every call. */
type Plant = (redis: GateConnection) => GateConnection

/** Two API processes on the Redis of a fixture. */
export function twoProcesses({ server }: RecoveryFixture): readonly [Process, Process] {
  const start = (): Process => {
    const redis = connectGateRedis(server.url, { socketTimeout: answerMs })
    return { redis, gate: createGate(redis) }
  }
  return [start(), start()]
}

/** How far a recovery goes: it makes this many calls of Redis and MySQL, and then is held up, or its process dies. */
export interface Reach {
  readonly calls: number
  readonly dies: boolean
}

class Killed extends Error {}

/** The same connection, which waits for `act` before each call of Redis. */
export function beforeEachCall(redis: GateConnection, act: () => Promise<void>): GateConnection {
  return new Proxy(redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        await act()
        return value.apply(target, args)
      }
    },
  })
}

/** A recovery by one process, which can be held up or killed between any two of its calls of Redis and MySQL. */
export class HeldRecovery {
  #left: number
  #dies: boolean
  #held = Promise.withResolvers<'held'>()
  #goesOn = Promise.withResolvers<void>()
  readonly #ended: Promise<RecoveryOutcome | 'died'>

  constructor({ redis, plant = (same) => same }: Process, db: Kysely<Database>, voucherId: number, reach?: Reach) {
    this.#left = reach?.calls ?? Number.POSITIVE_INFINITY
    this.#dies = reach?.dies ?? false
    const watched = beforeEachCall(redis, () => this.#pass())
    const stores = { redis: plant(watched), db: db.withPlugin(this.#watchDatabase()) }
    this.#ended = recoverGate({ ...stores, voucherId, leaseMs }).catch(ending)
  }

  /** Resolves when the recovery has ended or is held up. */
  get reached(): Promise<RecoveryOutcome | 'died' | 'held'> {
    return Promise.race([this.#ended, this.#held.promise])
  }

  /** Goes on from where it was held up. */
  goOn(reach?: Reach): Promise<RecoveryOutcome | 'died' | 'held'> {
    this.#left = reach?.calls ?? Number.POSITIVE_INFINITY
    this.#dies = reach?.dies ?? false
    this.#held = Promise.withResolvers()
    this.#goesOn.resolve()
    this.#goesOn = Promise.withResolvers()
    return this.reached
  }

  async #pass(): Promise<void> {
    while (this.#left === 0) {
      if (this.#dies) throw new Killed()
      this.#held.resolve('held')
      await this.#goesOn.promise
    }
    this.#left -= 1
  }

  /** Held up after the answer: what the process then knows of MySQL may be old. */
  #watchDatabase(): KyselyPlugin {
    return {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        await this.#pass()
        return result
      },
    }
  }
}

function ending(error: unknown): RecoveryOutcome | 'died' {
  if (error instanceof Killed) return 'died'
  // Another process closed the gate under a sweep.
  if (error instanceof GateRecoveringError) return 'rebuilding'
  throw error
}
