import { describe, expect, it } from 'vitest'
import { sizeLimits } from '../../wire/size-limits.js'
import { newHolding } from './holding.js'
import type { Run } from './run.js'

/** The decision of a run with such a history, calls under way, and state. */
function deciding({ isLong = true, isCurrent = true, children = 0, bytes = 10 } = {}) {
  const now = { isLong, children, bytes }
  const runtime = { shouldContinue: () => now.isLong, isCurrent: (change: string) => isCurrent || change !== 'carry' }
  const call = (child: boolean) => [{ step: child ? { child: {} } : {} }, new Set()] as const
  let looked = 0
  const run = () => {
    const underWay = new Map([call(false), ...Array.from({ length: now.children }, () => call(true)), call(false)])
    return { underWay, callOffs: new Set(), inTick } as unknown as Run
  }
  function inTick(work: () => void): void {
    looked += 1
    work()
  }
  return { now, looked: () => looked, holding: newHolding(runtime, run, () => 'x'.repeat(now.bytes)) }
}

describe('the lanes of a run', () => {
  it('are held from the time on at which its history is long', () => {
    const { now, looked, holding } = deciding({ isLong: false })

    expect(holding.holds()).toBe(false)
    now.isLong = true
    expect(holding.holds()).toBe(true)
    now.isLong = false
    expect(holding.holds()).toBe(true)
    expect(looked()).toBe(1)
  })

  it('are not held while a child saga is open, whose end comes to this run alone', () => {
    const { now, holding } = deciding({ children: 1 })

    expect(holding.holds()).toBe(false)
    now.children = 0
    expect(holding.holds()).toBe(true)
  })

  it('are never held once the run was too large to be carried when its history became long', () => {
    const { now, looked, holding } = deciding({ bytes: sizeLimits.carriedBytes })

    expect(holding.holds()).toBe(false)
    expect(looked()).toBe(0)
    now.bytes = 10
    expect(holding.holds()).toBe(false)
    expect(holding.giveUp()).toBe(false)
    expect(holding.holds()).toBe(false)
  })

  it('are held where what the run carries is as large as it may be', () => {
    const quotes = 2
    expect(deciding({ bytes: sizeLimits.heldBytes - quotes }).holding.holds()).toBe(true)
    expect(deciding({ bytes: sizeLimits.heldBytes - quotes + 1 }).holding.holds()).toBe(false)
  })

  it('are held no more once it has given up, which it does once', () => {
    const { holding } = deciding()
    holding.holds()

    expect(holding.giveUp()).toBe(true)
    expect(holding.holds()).toBe(false)
    expect(holding.giveUp()).toBe(false)
  })

  it('that were never held are not held after it has given up', () => {
    const { now, holding } = deciding({ isLong: false })

    expect(holding.giveUp()).toBe(false)
    now.isLong = true
    expect(holding.holds()).toBe(false)
  })

  it('are not held in the replay of a run that began without holding', () => {
    expect(deciding({ isCurrent: false }).holding.holds()).toBe(false)
  })
})
