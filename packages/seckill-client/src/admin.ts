import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { paths } from './generated/admin.js'

export { dataOf } from './data-of.js'
export type * from './generated/admin.js'
export { Refused } from './refused.js'

export type AdminClient = Client<paths>

/** A client of the API for operators, with the operations of docs/openapi/admin.json. */
export function createAdminClient(options: ClientOptions): AdminClient {
  return createClient<paths>(options)
}
