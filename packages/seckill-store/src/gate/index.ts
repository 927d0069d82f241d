export { codeName, GateCode } from './codes.js'
export { connectGateRedis, type GateConnection, type GateRedisOptions, gateServers } from './connect.js'
export { GateFullError, GateInputError, GateRecoveringError, GateReplyError, GateUnavailableError } from './errors.js'
export { createGate } from './gate.js'
export { type GateKeys, gateKeys } from './keys.js'
export { newReservationId, parseReservationId, type ReservationId } from './reservation-id.js'
export { type ReservationTrace, traceOf } from './reservation-trace.js'
export {
  type Admission,
  type AdmissionQueue,
  type AdmitRequest,
  type AdmittedLane,
  type Applied,
  type ApplyOptions,
  type Buyers,
  type BuyersEnd,
  type BuyersRequest,
  type Gate,
  type GateAudit,
  type GateCampaign,
  GateRefusal,
  type GateState,
  type Halved,
  type Hold,
  type HoldState,
  type Release,
  type Taken,
  type TakeRequest,
} from './types.js'
