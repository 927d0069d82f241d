import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdmittedLane, type Gate, gateKeys } from '../src/gate/index.js'
import { admitUsers, type GateFixture, gateFixture, openCampaign, request } from './gate-fixture.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

type Fate = 'go on' | 'crash' | 'freeze'

/** Starts runs the way Temporal does: by id, once; the same id again is "already started" and keeps the first input. */
class Runs {
  readonly inputs = new Map<string, string>()
  readonly differing: string[] = []

  start(runId: string, lanes: readonly AdmittedLane[]): void {
    const input = JSON.stringify(lanes)
    const known = this.inputs.get(runId)
    if (known === undefined) this.inputs.set(runId, input)
    else if (known !== input) this.differing.push(runId)
  }
}

class Crashed extends Error {}

/** Fates for each await of a dispatcher, and the frozen ones, who wake when the test says so. */
class Chaos {
  readonly #frozen: (() => void)[] = []
  readonly #fates: Iterator<Fate>
  asleep = false

  constructor(fates: Iterable<Fate>) {
    this.#fates = fates[Symbol.iterator]()
  }

  async reach(): Promise<void> {
    const fate = this.asleep ? 'go on' : (this.#fates.next().value ?? 'go on')
    if (fate === 'crash') throw new Crashed()
    if (fate === 'freeze') await new Promise<void>((wake) => this.#frozen.push(wake))
  }

  /** Wakes all who are frozen and lets nothing happen any more. */
  thaw(): void {
    this.asleep = true
    for (const wake of this.#frozen.splice(0)) wake()
  }
}

async function dispatchOnce(gate: Gate, voucherId: number, runs: Runs, chaos: Chaos): Promise<boolean> {
  const runId = `purchase-${voucherId}-${randomUUID()}`
  await chaos.reach()
  const taken = await gate.take({ voucherId, runId, maxLanes: 7, leaseMs: 2, maxOpenRuns: 1_000 })
  await chaos.reach()
  if (taken.status !== 'taken' && taken.status !== 'again') return false
  runs.start(taken.runId, taken.lanes)
  await chaos.reach()
  await gate.settle(voucherId, taken.runId)
  await chaos.reach()
  return true
}

/** Three dispatchers who try until a crash or a freeze; another takes the place of one who crashed. */
async function storm(
  gate: Gate,
  voucherId: number,
  runs: Runs,
  chaos: Chaos,
  rounds: number,
): Promise<Promise<void>[]> {
  const all: Promise<void>[] = []
  for (let round = 0; round < rounds; round += 1) {
    const three = [1, 2, 3].map(() =>
      dispatchOnce(gate, voucherId, runs, chaos).then(
        () => {},
        (error: unknown) => {
          if (!(error instanceof Crashed)) throw error
        },
      ),
    )
    all.push(...three)
    await gate.admit(request(voucherId, 1_000_000 + round))
  }
  return all
}

async function drain(gate: Gate, voucherId: number, runs: Runs, chaos: Chaos): Promise<void> {
  for (;;) {
    await dispatchOnce(gate, voucherId, runs, chaos)
    const audit = await gate.audit(voucherId)
    if (audit?.waiting === 0 && audit.runs === 0) return
  }
}

const fates = fc.infiniteStream(
  fc.oneof({ weight: 6, arbitrary: fc.constant('go on' as const) }, fc.constantFrom<Fate>('crash', 'freeze')),
)

describe('dispatchers killed and frozen at every await', () => {
  it('put every lane into exactly one run, whose input never changes', async () => {
    const { gate, redis } = fixture
    await fc.assert(
      fc.asyncProperty(fates, async (stream) => {
        const { voucherId } = await openCampaign(fixture, { total: 1_000 })
        const ids = await admitUsers(gate, voucherId, 150)
        const runs = new Runs()
        const chaos = new Chaos(stream)
        const dispatchers = await storm(gate, voucherId, runs, chaos, 25)
        chaos.asleep = true
        await drain(gate, voucherId, runs, chaos)
        chaos.thaw()
        await Promise.all(dispatchers)
        await drain(gate, voucherId, runs, chaos)
        const lanes = [...runs.inputs.values()].flatMap((input) => JSON.parse(input) as AdmittedLane[])
        const seen = lanes.map((lane) => lane.reservationId)
        expect(runs.differing).toEqual([])
        expect(new Set(seen).size).toBe(seen.length)
        expect(seen).toHaveLength(175)
        expect(seen).toEqual(expect.arrayContaining(ids))
        expect(await redis.exists(gateKeys(voucherId).runs, gateKeys(voucherId).leases)).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  it.each([0, 1, 2, 3])('one that crashes at await %i loses no lane and doubles none', async (at) => {
    const { gate } = fixture
    const { voucherId } = await openCampaign(fixture)
    await admitUsers(gate, voucherId, 5)
    const runs = new Runs()
    const plan: Fate[] = [0, 1, 2, 3].map((i) => (i === at ? 'crash' : 'go on'))
    await expect(dispatchOnce(gate, voucherId, runs, new Chaos(plan))).rejects.toThrow(Crashed)
    await drain(gate, voucherId, runs, new Chaos([]))
    const lanes = [...runs.inputs.values()].flatMap((input) => JSON.parse(input) as AdmittedLane[])
    expect(lanes.map((lane) => lane.userId).sort()).toEqual([1, 2, 3, 4, 5])
    expect(runs.differing).toEqual([])
  })
})
