import type { Client } from 'openapi-fetch'
import type { paths } from './generated/public.js'

export { dataOf } from './data-of.js'
export type * from './generated/public.js'
export { Refused } from './refused.js'

/** The operations of docs/openapi/public.json, by method and path. */
export type PublicClient = Pick<Client<paths>, 'GET' | 'POST' | 'DELETE'>

/** How a public client sends its requests. */
export interface PublicClientOptions {
  readonly baseUrl: string
  /** The headers of every request. */
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: (request: Request) => Promise<Response>
}

interface Sent {
  readonly params?: {
    readonly path?: Readonly<Record<string, string | number>>
    readonly query?: Readonly<Record<string, string>>
    readonly header?: Readonly<Record<string, string>>
  }
  readonly body?: unknown
}

/** A client of the API for shoppers. It sends by itself what the types of openapi-fetch describe: a page of 20 kB has no place for more. */
export function createPublicClient({ baseUrl, headers, fetch }: PublicClientOptions): PublicClient {
  const sender =
    (method: string) =>
    async (path: string, { params = {}, body }: Sent = {}) => {
      const url = new URL(
        path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params.path?.[name] ?? '')),
        baseUrl,
      )
      url.search = String(new URLSearchParams(params.query))
      const content = body === undefined ? {} : { 'Content-Type': 'application/json' }
      const request = new Request(url, {
        method,
        cache: 'no-store',
        headers: { ...headers, ...content, ...params.header },
        body: JSON.stringify(body),
      })
      const response = await fetch(request)
      if (response.ok) return { data: await response.json(), response }
      return { error: await response.json().catch(() => undefined), response }
    }
  return { GET: sender('GET'), POST: sender('POST'), DELETE: sender('DELETE') } as unknown as PublicClient
}
