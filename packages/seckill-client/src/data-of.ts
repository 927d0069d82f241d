import { Refused } from './refused.js'

/** An answer as openapi-fetch gives it. */
interface Answer<T> {
  readonly data?: { readonly data: T } | undefined
  readonly error?: unknown
  readonly response: Response
}

/**
 * The `data` of an answer.
 *
 * @throws Refused for an error answer, and what `fetch` throws where there is none
 */
export async function dataOf<T>(answering: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answering
  if (data !== undefined) return data.data
  throw new Refused(response, error)
}
