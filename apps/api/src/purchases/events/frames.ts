import { hash } from 'node:crypto'
import type { PurchaseView } from '../purchase-view.js'

const idLength = 16
const passing: ReadonlySet<string> = new Set(['place', 'expectedWait'])

/** A comment line, which keeps the connection from being taken for idle. */
export const heartbeat = ': heartbeat\n\n'

/** The pause after which a client is to connect again. */
export function retryFrame(milliseconds: number): string {
  return `retry: ${Math.round(milliseconds)}\n\n`
}

/**
 * The id of a view, which is the same in every API process and after a restart: a digest of all that a buyer acts on. Place and
 * expected wait are no part of it.
 */
export function eventIdOf(view: PurchaseView): string {
  const lasting = JSON.stringify(view, (key, value) => (passing.has(key) ? undefined : value))
  return hash('sha256', lasting, 'base64url').slice(0, idLength)
}

/** The event of a view: its status, or the end of the stream after a final one. */
export function eventFrame(event: 'status' | 'end', id: string, view: PurchaseView): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(view)}\n\n`
}
