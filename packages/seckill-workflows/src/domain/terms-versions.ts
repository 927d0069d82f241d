import type { Purchase } from '../contract/purchase.js'

/** The versions of the terms under which these lanes were admitted, each once. */
export function versionsOf(lanes: readonly Purchase[]): readonly number[] {
  return [...new Set(lanes.map((lane) => lane.termsVersion))]
}
