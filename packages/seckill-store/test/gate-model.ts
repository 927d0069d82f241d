import type { Admission, AdmitRequest, GateCampaign } from '../src/gate/index.js'

interface ModelHold {
  readonly userId: number
  readonly quantity: number
  readonly seq: number
  readonly termsVersion: number
  state: 'WAITING' | 'ASSIGNED' | 'RELEASED'
}

/** The answers of an open gate, without a clock: the test itself handles windows and leases. */
export class GateModel {
  readonly holds = new Map<string, ModelHold>()
  readonly waiting: string[] = []
  readonly records = new Map<string, readonly string[]>()
  readonly #keys = new Map<string, string>()
  #seq = 0
  campaign: GateCampaign

  constructor(campaign: GateCampaign) {
    this.campaign = campaign
  }

  get held(): number {
    return this.#live().reduce((units, [, hold]) => units + hold.quantity, 0)
  }

  get liveHolds(): number {
    return this.#live().length
  }

  get seq(): number {
    return this.#seq
  }

  /** The expected answer, without the time of admission. */
  admit(
    request: AdmitRequest,
  ): Omit<Extract<Admission, { status: 'admitted' | 'replayed' }>, 'admittedAt'> | Admission {
    const { userId, quantity, idempotencyKey } = request
    const key = idempotencyKey === undefined ? undefined : `${userId} ${idempotencyKey}`
    const known = this.holds.has(request.reservationId)
    const earlier = known ? request.reservationId : key === undefined ? undefined : this.#keys.get(key)
    const hold = earlier === undefined ? undefined : this.holds.get(earlier)
    if (earlier !== undefined && hold !== undefined) {
      if (hold.quantity !== quantity || hold.userId !== userId) return { status: 'refused', code: 'KEY_REUSED' }
      return { status: 'replayed', reservationId: earlier, seq: hold.seq, termsVersion: hold.termsVersion }
    }
    const mine = this.#live().filter(([, one]) => one.userId === userId)
    const used = mine.reduce((units, [, one]) => units + one.quantity, 0)
    const limit = this.campaign.limitPerUser
    if (used + quantity > limit) {
      return { status: 'refused', code: 'LIMIT_REACHED', reservationIds: mine.map(([id]) => id), left: limit - used }
    }
    if (this.held + quantity > this.campaign.total) return { status: 'refused', code: 'SOLD_OUT' }
    this.#seq += 1
    const termsVersion = this.campaign.version
    this.holds.set(request.reservationId, { userId, quantity, seq: this.#seq, termsVersion, state: 'WAITING' })
    if (key !== undefined) this.#keys.set(key, request.reservationId)
    this.waiting.push(request.reservationId)
    return { status: 'admitted', reservationId: request.reservationId, seq: this.#seq, termsVersion }
  }

  release(ids: readonly string[]): { units: number; released: number } {
    const ending = [...new Set(ids)]
      .flatMap((id) => this.holds.get(id) ?? [])
      .filter((hold) => hold.state !== 'RELEASED')
    for (const hold of ending) hold.state = 'RELEASED'
    return { units: ending.reduce((units, hold) => units + hold.quantity, 0), released: ending.length }
  }

  /** Assigns the waiting ones of lanes that the gate has; the others stay as they are. */
  secure(ids: readonly string[]): { secured: number } {
    const waiting = [...new Set(ids)]
      .flatMap((id) => this.holds.get(id) ?? [])
      .filter((hold) => hold.state === 'WAITING')
    for (const hold of waiting) hold.state = 'ASSIGNED'
    return { secured: waiting.length }
  }

  /** The lanes a take without passed leases must give; none when there are none. */
  take(runId: string, max: number): readonly string[] {
    const lanes = this.waiting.splice(0, max).filter((id) => this.holds.get(id)?.state === 'WAITING')
    for (const id of lanes) {
      const hold = this.holds.get(id)
      if (hold !== undefined) hold.state = 'ASSIGNED'
    }
    if (lanes.length > 0) this.records.set(runId, lanes)
    return lanes
  }

  settle(runId: string): void {
    this.records.delete(runId)
  }

  apply(campaign: GateCampaign): { status: 'applied'; stock: number } {
    this.campaign = campaign
    return { status: 'applied', stock: Math.max(campaign.total - this.held, 0) }
  }

  #live(): [string, ModelHold][] {
    return [...this.holds].filter(([, hold]) => hold.state !== 'RELEASED')
  }
}
