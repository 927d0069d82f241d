import { laneOfKey } from '../../wire/names.js'
import type { AttemptFault, AttemptPoint, FaultScript } from '../simulation/faults.js'

/** One fault of a cell: its step and phase, and the attempts that meet it. */
export interface Rule {
  readonly name: string
  readonly step: string
  readonly phase: string
  /** The fault of the n-th attempt (from 1) here; `key` is the one of the lane, or of its element. */
  readonly at: (nth: number, point: AttemptPoint, key: string) => AttemptFault | undefined
}

/** Rules as a script for one lane, which keeps the attempts it has seen. */
export interface RuleScript {
  readonly script: FaultScript
  /** Rules that never met an attempt. */
  unused(): readonly Rule[]
  /** Every attempt for the lane, in order. */
  readonly seen: readonly AttemptPoint[]
}

/** Makes a script of rules. */
export function scriptOf(rules: readonly Rule[], lane: string): RuleScript {
  const met = new Map<Rule, number>()
  const used = new Set<Rule>()
  const seen: AttemptPoint[] = []
  return {
    seen,
    unused: () => rules.filter((rule) => !used.has(rule)),
    script(point) {
      const key = point.lanes.find((one) => laneOfKey(one) === lane)
      if (key === undefined) return undefined
      seen.push(point)
      for (const rule of rules) {
        if (rule.step !== point.step || rule.phase !== point.phase) continue
        const nth = (met.get(rule) ?? 0) + 1
        met.set(rule, nth)
        const fault = rule.at(nth, point, key)
        if (!fault) continue
        used.add(rule)
        return fault
      }
      return undefined
    },
  }
}
