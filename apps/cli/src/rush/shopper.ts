import type { HttpRequest } from './connections.js'
import type { Shot } from './plan.js'

/** The voucher, the tokens and the keys that requests are made of. */
export interface ShopperDesk {
  readonly voucherId: number
  /** The bearer token of a user of the plan. */
  tokenOf(userId: number): string
  /** The Idempotency-Key of a request, where requests are sent again after an error. */
  readonly idempotencyKeyOf?: (shot: Shot, place: number) => string
}

const unknownVoucher = Number.MAX_SAFE_INTEGER
const jsonBody = ['content-type', 'application/json'] as const

/** The HTTP request for one shot of the plan. */
export function requestOf(shot: Shot, place: number, desk: ShopperDesk): HttpRequest {
  const token = desk.tokenOf(shot.userId)
  const key = desk.idempotencyKeyOf?.(shot, place)
  const headers = ['authorization', `Bearer ${token}`, ...(key === undefined ? [] : ['idempotency-key', key])]
  const path = pathOf(desk.voucherId)
  if (shot.kind !== 'bad') return { path, headers, body: null }
  switch (shot.fault) {
    case 'forged-token':
      return { path, headers: ['authorization', `Bearer ${forged(token)}`], body: null }
    case 'no-token':
      return { path, headers: [], body: null }
    case 'zero-units':
      return { path, headers: [...headers, ...jsonBody], body: '{"quantity":0}' }
    case 'not-json':
      return { path, headers: [...headers, ...jsonBody], body: '{"quantity":' }
    case 'unknown-voucher':
      return { path: pathOf(unknownVoucher), headers, body: null }
  }
}

function pathOf(voucherId: number): string {
  return `/api/v1/vouchers/${voucherId}/purchases`
}

/** The token with a signature that is not its own. */
function forged(token: string): string {
  const dot = token.lastIndexOf('.') + 1
  return token.slice(0, dot) + [...token.slice(dot)].reverse().join('')
}
