/**
 * The next beat after the one that was due at `dueAt`, and not before `now`: beats are whole intervals apart, so that one that comes
 * late makes no other late.
 */
export function nextBeat(dueAt: number, now: number, intervalMs: number): number {
  return dueAt + intervalMs * Math.max(1, Math.ceil((now - dueAt) / intervalMs))
}
