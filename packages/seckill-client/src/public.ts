import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { paths } from './generated/public.js'

export { dataOf } from './data-of.js'
export type * from './generated/public.js'
export { Refused } from './refused.js'

export type PublicClient = Client<paths>

/** A client of the API for shoppers, with the operations of docs/openapi/public.json. */
export function createPublicClient(options: ClientOptions): PublicClient {
  return createClient<paths>(options)
}
