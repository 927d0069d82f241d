import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { signTokens } from '../sale/tokens.js'
import { type Answer, type Connections, type HttpRequest, openConnections } from './connections.js'
import { RushCounts, type RushProgress, type RushReport } from './counts.js'
import { planRush, type RushShape, type Shot } from './plan.js'
import { isWorthRetrying, type RetryPolicy } from './retry.js'
import { requestOf, type ShopperDesk } from './shopper.js'

export interface RushOptions extends RushShape {
  /** The API's origin, such as `http://127.0.0.1:8080`. */
  readonly apiUrl: string
  readonly voucherId: number
  /** Secret the API verifies local tokens with. */
  readonly secret: string
  readonly connections: number
  /** Gives each request an Idempotency-Key of its own, and sends it again after a failure. */
  readonly retry?: RetryPolicy
  /** Stops sending; requests under way are still awaited. */
  readonly signal?: AbortSignal
}

export interface RushEvents {
  /** Tokens signed before the clock starts. */
  onSigned?(signed: number, of: number): void
  /** The clock starts: the first request is about to leave. */
  onStart?(): void
  /** Some times a second, and once at the end. */
  onProgress?(progress: RushProgress): void
}

const tickMs = 1
const progressMs = 200

/**
 * Sends a rush open loop: every request at its intended time, however slow the answers are, and every latency measured
 * from that time.
 */
export async function runRush(options: RushOptions, events: RushEvents = {}): Promise<RushReport> {
  const desk = await openDesk(options, events)
  const shots = planRush(options)
  const connections = openConnections(options.apiUrl, options.connections)
  const rush = new Rush(options, connections, new RushCounts(shots.length))
  const reporting = setInterval(() => events.onProgress?.(rush.counts.progress()), progressMs)
  try {
    events.onStart?.()
    const report = await rush.run(shots, desk)
    events.onProgress?.(report)
    return report
  } finally {
    clearInterval(reporting)
    await connections.close()
  }
}

async function openDesk(options: RushOptions, events: RushEvents): Promise<ShopperDesk> {
  const { firstUser, shoppers } = options
  const users = { firstUser, count: shoppers }
  const tokens = await signTokens(options.secret, users, (signed) => events.onSigned?.(signed, shoppers))
  const desk: ShopperDesk = {
    voucherId: options.voucherId,
    tokenOf(userId) {
      const token = tokens[userId - firstUser]
      if (token === undefined)
        throw new RangeError(
          `No token was signed for user ${userId}; the plan has users ${firstUser} to ${firstUser + shoppers - 1}.`,
        )
      return token
    },
  }
  if (options.retry === undefined) return desk
  const prefix = `rush-${Date.now().toString(36)}`
  return { ...desk, idempotencyKeyOf: (_shot, place) => `${prefix}-${place}` }
}

class Rush {
  #open = 0
  #start = 0
  #finished: () => void = () => {}

  constructor(
    private readonly options: RushOptions,
    private readonly connections: Connections,
    readonly counts: RushCounts,
  ) {}

  async run(shots: readonly Shot[], desk: ShopperDesk): Promise<RushReport> {
    const start = performance.now()
    this.#start = start
    const intervalMs = 1_000 / this.options.rate
    let next = 0
    while (next < shots.length && this.options.signal?.aborted !== true) {
      const due = Math.min(shots.length, Math.floor((performance.now() - start) / intervalMs) + 1)
      for (; next < due; next++) {
        const shot = shots[next]
        if (shot === undefined) throw new RangeError(`The plan has no shot ${next}; it has ${shots.length}.`)
        this.#send(requestOf(shot, next, desk), start + next * intervalMs)
      }
      await delay(tickMs)
    }
    await this.#allAnswered()
    return this.counts.report((performance.now() - start) / 1_000)
  }

  #send(request: HttpRequest, intendedAt: number): void {
    this.#open++
    const now = performance.now()
    this.counts.left(now - intendedAt, now - this.#start)
    this.#attempt(request, intendedAt, this.options.retry?.attempts ?? 0)
  }

  #attempt(request: HttpRequest, intendedAt: number, attemptsLeft: number): void {
    this.connections.send(request, (answer, leftAt) => {
      if (attemptsLeft > 0 && isWorthRetrying(answer)) {
        this.counts.retried(answer)
        setTimeout(() => this.#attempt(request, intendedAt, attemptsLeft - 1), this.options.retry?.delayMs)
      } else {
        this.#answered(answer, intendedAt, leftAt)
      }
    })
  }

  #answered(answer: Answer, intendedAt: number, leftAt: number): void {
    const now = performance.now()
    this.counts.answered(answer, {
      fromIntended: now - intendedAt,
      fromSending: now - leftAt,
      fromStart: now - this.#start,
    })
    if (--this.#open === 0) this.#finished()
  }

  #allAnswered(): Promise<void> {
    if (this.#open === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#finished = resolve
    })
  }
}
