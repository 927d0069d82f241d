import type { Behaviours, Subject } from './behaviours.js'

/** What befalls one request: the fault, how long it waits, and whether it was carried out before. */
export interface RequestFaults {
  readonly slowMs: number
  readonly fault: 'silent' | 'error500' | 'error429' | undefined
  readonly afterEffect: boolean
}

/** Decides what befalls a request of a route; `afterEffect` is never true with a 429. */
export function planFaults(behaviours: Behaviours, route: string, subject: Subject): RequestFaults {
  const behaviour = behaviours.of(subject)
  const { slowShare, slowMs, silentShare, error500Share, error429Share, afterEffectShare } = behaviour
  const isSlow = slowMs > 0 && behaviours.happens(slowShare, `slow ${route}`, subject)
  const fault = faultOf(behaviours, `fault ${route}`, subject, [silentShare, error500Share, error429Share])
  return {
    slowMs: isSlow ? slowMs : 0,
    fault,
    afterEffect: fault !== 'error429' && behaviours.happens(afterEffectShare, `after ${route}`, subject),
  }
}

type Shares = readonly [silent: number, error500: number, error429: number]

function faultOf(
  behaviours: Behaviours,
  what: string,
  { merchantReference = '' }: Subject,
  [silent, error500, error429]: Shares,
): RequestFaults['fault'] {
  if (silent + error500 + error429 === 0) return undefined
  const drawn = behaviours.draws.next(`${what} ${merchantReference}`)
  if (drawn < silent) return 'silent'
  if (drawn < silent + error500) return 'error500'
  return drawn < silent + error500 + error429 ? 'error429' : undefined
}
