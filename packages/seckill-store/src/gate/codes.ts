/** Every negative code a gate script may answer; each script's header lists the ones it uses. */
export const GateCode = {
  NotFound: -1,
  Recovering: -2,
  NotStarted: -3,
  Ended: -4,
  Paused: -5,
  SoldOut: -6,
  LimitReached: -7,
  KeyReused: -8,
  Busy: -9,
  Empty: -10,
  Stale: -11,
  Closed: -13,
  Behind: -14,
  Rebuilding: -15,
} as const

const names = new Map<number, string>(Object.entries(GateCode).map(([name, code]) => [code, upperSnake(name)]))

/** The name of a code as the scripts' headers write it, for messages. */
export function codeName(code: number): string {
  return names.get(code) ?? `code ${code}`
}

function upperSnake(name: string): string {
  return name.replace(/\B[A-Z]/g, '_$&').toUpperCase()
}
