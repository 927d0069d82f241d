import type { Check } from 'seckill-store/invariants'

/** A run that broke an invariant: it has no number, and neither has its ratio. */
export class BrokenRun extends Error {
  override readonly name = 'BrokenRun'
  constructor(
    readonly run: string,
    readonly checks: readonly Check[],
  ) {
    const broken = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
    super(`${run} broke ${broken.length} of ${checks.length} invariants: ${broken.join('; ')}`)
  }
}

/** Returns checks that all hold. @throws BrokenRun when one does not */
export function requireAll(run: string, checks: readonly Check[]): readonly Check[] {
  if (checks.every(({ ok }) => ok)) return checks
  throw new BrokenRun(run, checks)
}
