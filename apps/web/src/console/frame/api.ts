import { createAdminClient } from 'seckill-client/admin'
import { NoAnswer } from './fault.js'

const limitMs = 30_000

/** The admin API. @throws NoAnswer where it does not answer */
export const api = createAdminClient({
  baseUrl: location.origin,
  headers: { Accept: 'application/json', 'Accept-Language': 'en' },
  async fetch(request) {
    try {
      return await fetch(request, { signal: AbortSignal.timeout(limitMs) })
    } catch {
      throw new NoAnswer(request.method)
    }
  },
})

/** The headers of a change: the version that it is made of, and the name under which it is made once. */
export function changeHeaders({ version, operationId }: { readonly version?: number; readonly operationId?: string }) {
  return {
    ...(version !== undefined && { 'If-Match': `"${version}"` }),
    ...(operationId !== undefined && { 'Idempotency-Key': operationId }),
  }
}

/** A name for one change, random; pages of plain http have no randomUUID. */
export function newOperationId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
