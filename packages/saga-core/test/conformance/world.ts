import type { SetCall, SetLane } from 'saga-core'

/** The effects of the scripted activities, and the levers of a test. */
export interface World {
  /** `true` when the activities that were down answer again. */
  mended: boolean
  /** Counts one try; answers the number of tries so far, this one included. */
  tried(what: string): number
  /** The number of tries so far. */
  times(what: string): number
  /** Waits while that call is held up. */
  passes(what: string): Promise<void>
  /** Holds that call up; `entered` resolves when it is waited for. */
  holdUp(what: string): { readonly entered: Promise<void>; readonly release: () => void }
  effect(call: SetCall, lane: Pick<SetLane, 'key' | 'known' | 'undo'>): void
  /** The effects of a lane, in order: `one`, `undo one (known)`; repeated effects of one call count once, as behind a barrier. */
  effectsOf(key: string): readonly string[]
}

export function newWorld(): World {
  const tries = new Map<string, number>()
  const held = new Map<string, { readonly enter: () => void; readonly gate: Promise<void> }>()
  const effects: { readonly key: string; readonly what: string }[] = []
  return {
    mended: false,
    tried(what) {
      const count = (tries.get(what) ?? 0) + 1
      tries.set(what, count)
      return count
    },
    times: (what) => tries.get(what) ?? 0,
    async passes(what) {
      const hold = held.get(what)
      hold?.enter()
      await hold?.gate
    },
    holdUp(what) {
      const entered = Promise.withResolvers<void>()
      const gate = Promise.withResolvers<void>()
      held.set(what, { enter: entered.resolve, gate: gate.promise })
      return {
        entered: entered.promise,
        release: () => {
          held.delete(what)
          gate.resolve()
        },
      }
    },
    effect({ step, phase }, lane) {
      const known = lane.known ? ' (known)' : ''
      const kept = lane.undo === undefined ? '' : `, ${lane.undo}`
      const what = phase === 'action' ? step : `undo ${step}${known}${kept}`
      if (!effects.some((effect) => effect.key === lane.key && effect.what === what))
        effects.push({ key: lane.key, what })
    },
    effectsOf: (key) => effects.filter((effect) => effect.key === key).map((effect) => effect.what),
  }
}
