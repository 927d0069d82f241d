import { hash } from 'node:crypto'
import type { PurchaseView } from '../purchase-view.js'

const idLength = 16
const passing: ReadonlySet<string> = new Set(['place', 'expectedWait'])

/**
 * The id of a view, which is the same in every API process and after a restart: a digest of all that a buyer acts on. Place and
 * expected wait are no part of it.
 */
export function eventIdOf(view: PurchaseView): string {
  const lasting = JSON.stringify(view, (key, value) => (passing.has(key) ? undefined : value))
  return hash('sha256', lasting, 'base64url').slice(0, idLength)
}
