/** Every negative code a gate script may answer; each script's header lists the ones it uses. */
export const GateCode = {
  NOT_FOUND: -1,
  RECOVERING: -2,
  NOT_STARTED: -3,
  ENDED: -4,
  PAUSED: -5,
  SOLD_OUT: -6,
  LIMIT_REACHED: -7,
  KEY_REUSED: -8,
  BUSY: -9,
  EMPTY: -10,
  STALE: -11,
  BELOW_HOLDS: -12,
  CLOSED: -13,
  BEHIND: -14,
  REBUILDING: -15,
} as const

const NAMES = new Map<number, string>(Object.entries(GateCode).map(([name, code]) => [code, name]))

/** The name of a code, for messages. */
export function codeName(code: number): string {
  return NAMES.get(code) ?? `code ${code}`
}
