import { type AdminClient, createAdminClient, dataOf, Refused } from 'seckill-client/admin'

/** The admin API's error for an operator's call. */
export class AdminCallError extends Error {
  override readonly name = 'AdminCallError'
  constructor(
    message: string,
    readonly status: number,
    /** The API's stable error name; empty where the answer is none of the API. */
    readonly code: string,
  ) {
    super(message)
  }
}

/** A client of the admin port at `url`, with a token of an admin. @throws Error when the port cannot be reached */
export function adminClient(url: string, token: string): AdminClient {
  const { origin } = new URL(url)
  return createAdminClient({
    baseUrl: origin,
    headers: { authorization: `Bearer ${token}`, 'accept-language': 'en' },
    fetch: (request) =>
      fetch(request).catch((cause: unknown) => {
        throw new Error(`The admin port ${origin} cannot be reached. Start the sale: ./seckill demo`, { cause })
      }),
  })
}

/** The `data` of an answer. @throws AdminCallError with the sentence of an error answer */
export async function told<T>(answering: Parameters<typeof dataOf<T>>[0]): Promise<T> {
  try {
    return await dataOf(answering)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { status, code, message, data } = error
    const what = code === '' ? 'no answer of a sale' : `${message}. ${detail(data)}`
    throw new AdminCallError(`The admin API answered ${status}: ${what.trim()}`, status, code)
  }
}

/** The explanation in an error's data. */
function detail(data: unknown): string {
  if (typeof data !== 'object' || data === null) return ''
  if ('because' in data && Array.isArray(data.because)) return data.because.join('; ')
  return 'detail' in data ? String(data.detail) : JSON.stringify(data)
}
