import { setTimeout as delay } from 'node:timers/promises'
import { type Admission, type AdmitRequest, type Gate, newReservationId } from 'seckill-store/gate'
import type { AcceptedLane } from 'seckill-store/mysql'
import type { Sample } from 'seckill-traces'
import { errorClassOf } from '../error-class.js'
import { ApiError } from '../http/api-error.js'
import { errorOfGateRefusal } from '../http/error-codes.js'
import type { CampaignBook } from './campaign-book.js'
import { createDeadlines } from './deadlines.js'
import type { GateCircuit } from './gate-circuit.js'
import type { SignedPromise, SignPromise } from './receipts.js'
import type { SoldOutMemory } from './sold-out-memory.js'

const resendsAfterMs = [50, 200, 500] as const
const retryAfterMs = 1_000
/** Limit for one request, its resends included. */
const longestWaitMs = 3_000

/** A purchase request after validation. */
export interface PurchaseRequest {
  readonly voucherId: number
  readonly userId: number
  readonly quantity: number
  readonly idempotencyKey: string | undefined
  /** The `traceparent` header as it came. */
  readonly traceParent?: string | undefined
}

/** An accepted purchase; `replayed` is `true` when an earlier request with this key was accepted. */
export interface Accepted {
  readonly traceId: string
  readonly replayed: boolean
  /** `null` when its price cannot be read. */
  readonly signed: SignedPromise | null
}

export interface AdmissionDependencies {
  readonly gate: Pick<Gate, 'admit'>
  readonly circuit: GateCircuit
  readonly soldOutMemory: SoldOutMemory
  readonly campaigns: CampaignBook
  /** Reports whether as many accepted purchases of the voucher wait for a run as may. */
  readonly isFull: (voucherId: number) => boolean
  /** Called with each new admission, not with a replay. */
  readonly onAdmitted: (lane: AcceptedLane) => void
  readonly onRemembered: () => void
  readonly signPromise: SignPromise
  /** Decides which purchases are traced; undefined where none are. */
  readonly sample: Sample | undefined
}

/** Admits a purchase at the gate. @throws ApiError for every other outcome */
export type Admit = (request: PurchaseRequest) => Promise<Accepted>

type Refused = Extract<Admission, { status: 'refused' }>

/**
 * Resends the same reservation until the gate answers; the gate replays it by its id. Without an answer the outcome is
 * unknown, and the error carries the id.
 */
function createAskGate(gate: Pick<Gate, 'admit'>) {
  const deadlines = createDeadlines(longestWaitMs)
  return (request: AdmitRequest): Promise<Admission> =>
    new Promise((resolve, reject) => {
      const answered = deadlines.begin(() => {
        const cause = new Error(`The gate did not answer within ${longestWaitMs} ms.`)
        reject(outcomeUnknown(request.reservationId, cause))
      })
      const settle = (admission: Admission): void => {
        answered()
        resolve(admission)
      }
      gate
        .admit(request)
        .then(settle, (error: unknown) => resend(gate, request, error).then(settle).finally(answered).catch(reject))
    })
}

async function resend(gate: Pick<Gate, 'admit'>, request: AdmitRequest, first: unknown): Promise<Admission> {
  // Redis ran nothing of the first call, so the outcome is known.
  if (errorClassOf(first) === 'retry') throw new ApiError('UNAVAILABLE', { retryAfterMs, cause: first })
  let failure = first
  for (const pause of resendsAfterMs) {
    if (errorClassOf(failure) === 'doNotRetry') throw failure
    await delay(pause)
    try {
      return await gate.admit(request)
    } catch (error) {
      failure = error
    }
  }
  throw outcomeUnknown(request.reservationId, failure)
}

function outcomeUnknown(traceId: string, cause: unknown): ApiError {
  return new ApiError('OUTCOME_UNKNOWN', { data: { traceId }, retryAfterMs, cause })
}

/** The error for a campaign that the gate does not know: the gate has lost it, it has ended, or it does not exist. */
async function unknownToGate(campaigns: CampaignBook, voucherId: number): Promise<ApiError> {
  const known = await campaigns.recent().catch((cause: unknown) => {
    throw new ApiError('UNAVAILABLE', { cause, retryAfterMs })
  })
  switch (known.get(voucherId)?.state) {
    case 'WARM':
    case 'OPEN':
    case 'PAUSED':
      return new ApiError('RECOVERING', { retryAfterMs })
    case 'CLOSED':
    case 'SETTLED':
      return new ApiError('ENDED')
    case 'DRAFT':
    case undefined:
      return new ApiError('VOUCHER_NOT_FOUND')
  }
}

function refusal(refused: Refused): ApiError {
  const code = errorOfGateRefusal[refused.code]
  const traceIds = refused.reservationIds ?? []
  const { left = 0 } = refused
  if (code === 'ALREADY_PURCHASED' && left > 0) return new ApiError('OVER_LIMIT', { data: { left, traceIds } })
  if (code === 'ALREADY_PURCHASED') return new ApiError(code, { data: { traceId: traceIds[0] ?? null, traceIds } })
  if (code === 'NOT_STARTED') return new ApiError(code, { retryAfterMs: refused.retryAfterMs ?? retryAfterMs })
  if (code === 'RECOVERING') return new ApiError(code, { retryAfterMs })
  return new ApiError(code)
}

function gateRequest(request: PurchaseRequest, sample: Sample | undefined): AdmitRequest {
  const { idempotencyKey, traceParent, ...rest } = request
  const reservationId = newReservationId(request.voucherId, sample?.(traceParent))
  return idempotencyKey === undefined ? { ...rest, reservationId } : { ...rest, reservationId, idempotencyKey }
}

/** Creates the admission of purchases at the gate; the sold-out memory answers first for more than one unit. */
export function createAdmit(dependencies: AdmissionDependencies): Admit {
  const { gate, circuit, soldOutMemory, campaigns, signPromise, sample } = dependencies
  const askGate = createAskGate(gate)

  /** The listener has already asked the memory for one unit, before the body was read. */
  const remembered = ({ voucherId, userId, quantity, idempotencyKey }: PurchaseRequest): boolean =>
    quantity > 1 && idempotencyKey === undefined && soldOutMemory.remembers(voucherId, quantity, userId)

  const refused = async (request: PurchaseRequest, answer: Refused): Promise<ApiError> => {
    if (answer.code === 'SOLD_OUT') soldOutMemory.remember(request.voucherId, request.quantity)
    if (answer.code === 'LIMIT_REACHED') soldOutMemory.addBuyer(request.voucherId, request.userId)
    return answer.code === 'NOT_FOUND' ? unknownToGate(campaigns, request.voucherId) : refusal(answer)
  }

  return async (request) => {
    if (dependencies.isFull(request.voucherId)) throw new ApiError('UNAVAILABLE', { retryAfterMs })
    if (remembered(request)) {
      dependencies.onRemembered()
      throw new ApiError('SOLD_OUT')
    }
    const asked = gateRequest(request, sample)
    const answer = await circuit.ask(() => askGate(asked))
    if (answer.status === 'refused') throw await refused(request, answer)
    const { reservationId, seq, admittedAt, termsVersion } = answer
    // The gate also replays the id of this very request when its first answer was lost.
    const replayed = reservationId !== asked.reservationId
    const { voucherId, userId, quantity } = request
    soldOutMemory.addBuyer(voucherId, userId)
    if (!replayed) dependencies.onAdmitted({ reservationId, voucherId, userId, quantity, seq, admittedAt })
    const promise = { traceId: reservationId, userId, voucherId, units: quantity, termsVersion, seq, admittedAt }
    return { traceId: reservationId, replayed, signed: await signPromise(promise) }
  }
}
