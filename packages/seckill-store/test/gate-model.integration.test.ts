import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdmitRequest, type AdmittedLane, newReservationId } from '../src/gate/index.js'
import { type GateFixture, gateFixture, openCampaign, recount, request, takeRequest } from './gate-fixture.js'
import { GateModel } from './gate-model.js'

let fixture: GateFixture
beforeAll(async () => {
  fixture = await gateFixture()
})
afterAll(async () => fixture.close())

const pick = fc.nat({ max: 1_000 })
const names = fc.array(pick, { maxLength: 5 })
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('admit' as const),
      userId: fc.integer({ min: 1, max: 6 }),
      quantity: fc.integer({ min: 1, max: 3 }),
      key: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resend' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('release' as const), names }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('secure' as const), names }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      max: fc.integer({ min: 1, max: 4 }),
      passes: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('apply' as const), total: fc.integer({ min: 0, max: 20 }) }) },
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** Runs operations on the gate and on the model; answers must agree. */
class Pair {
  readonly #asked: AdmitRequest[] = []
  readonly #passed = new Set<string>()
  readonly model: GateModel

  constructor(model: GateModel) {
    this.model = model
  }

  async run(operation: Operation): Promise<void> {
    const { gate } = fixture
    const { voucherId } = this.model.campaign
    switch (operation.kind) {
      case 'admit': {
        const { userId, quantity, key } = operation
        return this.#admit(
          request(voucherId, userId, {
            quantity,
            ...(key === undefined ? {} : { idempotencyKey: `${voucherId} ${key}` }),
          }),
        )
      }
      case 'resend': {
        const asked = this.#asked[operation.pick % Math.max(this.#asked.length, 1)]
        return asked === undefined ? undefined : this.#admit(asked)
      }
      case 'release': {
        const ids = this.#ids(operation.names)
        const answer = await gate.release(
          voucherId,
          ids.map((reservationId) => ({ reservationId, reason: 'X' })),
        )
        return expect(answer).toEqual(this.model.release(ids))
      }
      case 'secure': {
        const lanes = this.#ids(operation.names).flatMap((id) => this.#lane(id) ?? [])
        const ids = lanes.map((lane) => lane.reservationId)
        return expect(await gate.secure(voucherId, 'purchase-owner', lanes)).toEqual(this.model.secure(ids))
      }
      case 'take':
        return this.#take(operation.max, operation.passes)
      case 'settle': {
        const runId = [...this.model.records.keys()][operation.pick % Math.max(this.model.records.size, 1)] ?? 'none'
        await gate.settle(voucherId, runId)
        this.#passed.delete(runId)
        return this.model.settle(runId)
      }
      case 'apply': {
        const next = { ...this.model.campaign, version: this.model.campaign.version + 1, total: operation.total }
        return expect(await gate.apply(next)).toEqual(this.model.apply(next))
      }
    }
  }

  async check(): Promise<void> {
    const { voucherId, total } = this.model.campaign
    const { held, liveHolds, seq } = this.model
    const audit = await fixture.gate.audit(voucherId)
    const runs = this.model.records.size
    const waiting = this.model.waiting.length
    expect(audit).toMatchObject({ total, stock: Math.max(total - held, 0), held, liveHolds, seq, waiting, runs })
    expect(await recount(fixture.gate, voucherId)).toEqual({ held, liveHolds })
  }

  async checkHolds(): Promise<void> {
    const { voucherId } = this.model.campaign
    for (const [id, { userId, quantity, seq, state }] of this.model.holds) {
      expect(await fixture.gate.hold(voucherId, id)).toMatchObject({ userId, quantity, seq, state })
    }
  }

  async #admit(asked: AdmitRequest): Promise<void> {
    this.#asked.push(asked)
    expect(await fixture.gate.admit(asked)).toMatchObject(this.model.admit(asked))
  }

  /** `passes`: the lease ends at once, so a later take must give that run again, unchanged. */
  async #take(maxLanes: number, passes: boolean): Promise<void> {
    const asked = takeRequest(this.model.campaign.voucherId, { maxLanes, leaseMs: passes ? 0 : 3_600_000 })
    const taken = await fixture.gate.take(asked)
    if (this.#passed.size > 0) {
      if (taken.status !== 'again') throw new Error(`a lease had passed, but take answered ${taken.status}`)
      expect(this.#passed).toContain(taken.runId)
      expect(taken.lanes.map((lane) => lane.reservationId)).toEqual(this.model.records.get(taken.runId))
      if (!passes) this.#passed.delete(taken.runId)
      return
    }
    const lanes = this.model.take(asked.runId, maxLanes)
    if (lanes.length === 0) return expect(taken).toEqual({ status: 'empty' })
    if (taken.status !== 'taken') throw new Error(`lanes were waiting, but take answered ${taken.status}`)
    expect(taken.lanes.map((lane) => lane.reservationId)).toEqual(lanes)
    if (passes) this.#passed.add(asked.runId)
  }

  #lane(reservationId: string): AdmittedLane | undefined {
    const hold = this.model.holds.get(reservationId)
    if (hold === undefined) return undefined
    const { userId, quantity, seq } = hold
    const input = { userId, quantity, seq, admittedAt: 1, termsVersion: 1, keyDigest: '' }
    return { reservationId, voucherId: this.model.campaign.voucherId, ...input }
  }

  #ids(names: readonly number[]): string[] {
    const known = [...this.model.holds.keys()]
    return names.map((name) => known[name % (known.length + 1)] ?? newReservationId(this.model.campaign.voucherId))
  }
}

describe('the gate against its model', () => {
  it('any order of verbs: same answers, stock = total - held and never negative, limit per user in units', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 60 }), async (operations) => {
        const pair = new Pair(new GateModel(await openCampaign(fixture, { total: 12, limitPerUser: 4 })))
        for (const one of operations) {
          await pair.run(one)
          await pair.check()
        }
        await pair.checkHolds()
      }),
      { numRuns: 200 },
    )
  })
})
