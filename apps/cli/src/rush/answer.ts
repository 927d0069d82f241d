/** The results of a request, in the words of the API's tallies. */
export const rushResults = ['accepted', 'soldOut', 'duplicate', 'rejected', 'failed'] as const
export type RushResult = (typeof rushResults)[number]

/** Sold out and already purchased share the status 409; this is the stable error name of the first. */
const soldOutError = '"error":"SOLD_OUT"'

/** Classifies an answer by its status and body. */
export function resultOf(status: number, body: string): RushResult {
  if (status === 202) return 'accepted'
  if (status === 409) return body.includes(soldOutError) ? 'soldOut' : 'duplicate'
  if (status >= 400 && status < 500 && status !== 429) return 'rejected'
  return 'failed'
}

const traceIdPattern = /"traceId":"([^"]+)"/

/** The trace id in the body of a 202. */
export function traceIdOf(body: string): string | undefined {
  return traceIdPattern.exec(body)?.[1]
}
