import { describe, expect, it } from 'vitest'
import { before, type LibraryChange } from '../../../test/engine/recorded-run.js'
import { newAlarm } from './alarm.js'
import { type Lane, newLane } from './lane.js'
import type { TickRuntime } from './tick-runtime.js'

/** A timer of the host: `ring` rings it. */
interface HostTimer {
  readonly ms: number
  readonly ring: () => void
  cancelled: number
}

/** An alarm on a host whose clock and timers a test moves. */
function alarmFor(lanes: Lane[], changes: LibraryChange[] = []) {
  const timers: HostTimer[] = []
  const asked: string[] = []
  const host = { now: 0, callsLocally: false, heard: 0 }
  const runtime = {
    begunAt: 0,
    now: () => host.now,
    callsLocally: () => host.callsLocally,
    isCurrent(change: LibraryChange) {
      asked.push(change)
      return before(...changes).isCurrent(change)
    },
    timer(ms: number, ring: () => void) {
      const timer: HostTimer = { ms, ring, cancelled: 0 }
      timers.push(timer)
      return () => {
        timer.cancelled += 1
      }
    },
  } as unknown as TickRuntime
  const alarm = newAlarm(runtime, lanes)
  alarm.onRing(() => {
    host.heard += 1
  })
  const at = (now: number) => {
    host.now = now
    return now
  }
  return {
    alarm,
    host,
    asked,
    /** The milliseconds of each timer. */
    set: () => timers.map(({ ms }) => ms),
    /** How often each timer was cancelled. */
    cancelled: () => timers.map((timer) => timer.cancelled),
    tell: (now: number) => alarm.tell(at(now)),
    ring(nth: number, now: number) {
      at(now)
      timers[nth]?.ring()
    },
  }
}

function due(at: number, more: Partial<Lane> = {}): Lane {
  return { ...newLane(`due ${at}`, {}, 1, at), ...more }
}

const waiting = { status: 'waiting', wakesAt: Number.POSITIVE_INFINITY } as const

describe('a deadline that has passed when a local answer is taken', () => {
  it('is heard once, and its timer makes place for that of the next one', () => {
    const { alarm, host, set, cancelled, tell } = alarmFor([due(1_500), due(5_000)])
    alarm.set()
    expect(set()).toEqual([1_500])
    tell(2_000)

    expect(host.heard).toBe(1)
    expect(alarm.time()).toBe(2_000)
    expect([set(), cancelled()]).toEqual([
      [1_500, 3_000],
      [1, 0],
    ])
    tell(2_100)
    expect(host.heard).toBe(1)
  })

  it('has passed at its very time', () => {
    const { alarm, host, cancelled, tell } = alarmFor([due(500)])
    alarm.set()
    tell(500)

    expect(host.heard).toBe(1)
    expect(cancelled()).toEqual([1])
  })

  it('is not heard before, nor in a run that an earlier version began', () => {
    const early = alarmFor([due(1_500)])
    early.alarm.set()
    early.tell(900)
    expect([early.host.heard, early.asked]).toEqual([0, []])

    const former = alarmFor([due(1_500)], ['on-time'])
    former.alarm.set()
    former.tell(2_000)
    expect([former.host.heard, former.cancelled()]).toEqual([0, [0]])
  })

  it('is not heard again after its timer has rung', () => {
    const { alarm, host, ring, tell } = alarmFor([due(1_500)])
    alarm.set()
    ring(0, 1_500)
    expect(host.heard).toBe(1)
    tell(1_600)
    expect(host.heard).toBe(1)
  })

  it('leaves a timer alone that is set for a later one', () => {
    const lanes = [due(5_000)]
    const { alarm, host, set, cancelled, tell } = alarmFor(lanes)
    alarm.set()
    alarm.sent()
    lanes.push(due(1_200))
    tell(1_300)

    expect(host.heard).toBe(1)
    expect([set(), cancelled()]).toEqual([[5_000], [0]])
  })
})

describe('a timer that the server does not have', () => {
  it('is set again after a second, and not before', () => {
    const { alarm, set, cancelled, tell } = alarmFor([due(10_000)])
    alarm.set()
    tell(999)
    expect(set()).toEqual([10_000])
    tell(1_000)
    expect([set(), cancelled()]).toEqual([
      [10_000, 9_000],
      [1, 0],
    ])
  })

  it('is not set again once it has it', () => {
    const { alarm, set, tell } = alarmFor([due(10_000)])
    alarm.set()
    alarm.sent()
    tell(5_000)

    expect(set()).toEqual([10_000])
  })
})

describe('a run at rest', () => {
  const resting = (lanes: Lane[], changes: LibraryChange[] = []) => {
    const dated = due(10_000)
    const started = alarmFor([dated, ...lanes], changes)
    started.alarm.set()
    started.alarm.sent()
    Object.assign(dated, waiting)
    started.alarm.rest()
    return started
  }

  it('cancels the timer that no lane needs any more, once', () => {
    const { alarm, cancelled } = resting([due(0, { status: 'ended' })])
    expect(cancelled()).toEqual([1])
    alarm.rest()
    expect(cancelled()).toEqual([1])
  })

  it('sets a timer for a lane that needs one again', () => {
    const later = due(Number.POSITIVE_INFINITY, waiting)
    const { alarm, set } = resting([later])
    later.wakesAt = 20_000
    alarm.set()

    expect(set()).toEqual([10_000, 20_000])
  })

  it('leaves it while a lane rolls back, since a compensation follows', () => {
    expect(resting([due(0, { status: 'compensating' })]).cancelled()).toEqual([0])
  })

  it('leaves it in a run that an earlier version began', () => {
    expect(resting([], ['on-time']).cancelled()).toEqual([0])
  })

  it('leaves a timer alone that has rung', () => {
    const lane = due(1_000)
    const { alarm, asked, cancelled, ring } = alarmFor([lane])
    alarm.set()
    ring(0, 1_000)
    Object.assign(lane, waiting)
    alarm.rest()

    expect([cancelled(), asked]).toEqual([[0], []])
  })
})
