import type { ApiUnderTest } from './api-under-test.js'
import { send } from './sale.js'
import { tokenOf } from './tokens.js'

/** The role of a caller's token; a buyer's has none. */
export type Role = 'operator' | 'viewer' | 'buyer'

/** One request of user 9 to the operators' API. */
export interface AdminCall {
  readonly method: string
  /** What follows `/admin/v1`. */
  readonly path: string
  readonly body?: unknown
  readonly role?: Role
}

/** Sends a request to the operators' API. */
export async function callAdmin({ adminUrl }: ApiUnderTest, { method, path, body, role = 'operator' }: AdminCall) {
  const headers = {
    authorization: `Bearer ${await tokenOf(9, role === 'buyer' ? {} : { role })}`,
    'content-type': 'application/json',
  }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  return send(`${adminUrl}/admin/v1${path}`, init)
}
