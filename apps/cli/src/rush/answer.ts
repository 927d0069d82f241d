/** How the API took a request; the words of the tallies it keeps itself. */
export const RUSH_RESULTS = ['accepted', 'soldOut', 'duplicate', 'rejected', 'failed'] as const
export type RushResult = (typeof RUSH_RESULTS)[number]

/** Sold out and already purchased share the status 409; this is the stable error name of the first. */
const SOLD_OUT = '"error":"SOLD_OUT"'

/** Classifies an answer by its status and body. */
export function resultOf(status: number, body: string): RushResult {
  if (status === 202) return 'accepted'
  if (status === 409) return body.includes(SOLD_OUT) ? 'soldOut' : 'duplicate'
  if (status >= 400 && status < 500 && status !== 429) return 'rejected'
  return 'failed'
}

const TRACE_ID = /"traceId":"([^"]+)"/

/** The trace id in the body of a 202. */
export function traceIdOf(body: string): string | undefined {
  return TRACE_ID.exec(body)?.[1]
}
