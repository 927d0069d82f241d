import type { ApiUnderTest } from './api-under-test.js'
import { type Answer, send } from './sale.js'
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
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a request to the operators' API. */
export async function callAdmin({ adminUrl }: Pick<ApiUnderTest, 'adminUrl'>, asked: AdminCall): Promise<Answer> {
  const { method, path, body, role = 'operator', headers = {} } = asked
  const authorization = `Bearer ${await tokenOf(9, role === 'buyer' ? {} : { role })}`
  if (body === undefined) return send(`${adminUrl}/admin/v1${path}`, { method, headers: { authorization, ...headers } })
  const sent = { authorization, 'content-type': 'application/json', ...headers }
  return send(`${adminUrl}/admin/v1${path}`, { method, headers: sent, body: JSON.stringify(body) })
}
