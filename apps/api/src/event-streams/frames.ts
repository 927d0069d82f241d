/** A comment line, which keeps the connection from being taken for idle. */
export const heartbeat = ': heartbeat\n\n'

/** The pause after which a client is to connect again. */
export function retryFrame(milliseconds: number): string {
  return `retry: ${Math.round(milliseconds)}\n\n`
}

/** An event with its data as JSON. */
export function eventFrame(event: string, id: string, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}
