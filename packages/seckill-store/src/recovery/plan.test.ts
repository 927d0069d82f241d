import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unpackHold } from '../gate/packed.js'
import { isHoldField } from '../gate/scan-holds.js'
import { planRebuild, type RebuildPlan } from './plan.js'
import type { OwnedLane } from './purchases.js'
import type { Survivors } from './survivors.js'

const voucher = 7
function tail(n: number): string {
  return `${'a'.repeat(24)}${'abcdefghijklmnop'[n % 16]}${'abcdefghijklmnop'[n >> 4]}`
}

const nothing: Survivors = { fields: new Map(), waiting: [], records: new Map() }

/** The survivors after the plan's writes. */
function written(survivors: Survivors, plan: RebuildPlan): Survivors {
  const fields = new Map(survivors.fields)
  const waiting = [...survivors.waiting]
  for (const [verb, name, value] of plan.writes) {
    if (verb === 'set') fields.set(name, value)
    if (verb === 'del') fields.delete(name)
    if (verb === 'add') waiting.push(name)
  }
  return { ...survivors, fields, waiting }
}

const owned = fc.record({
  reservationId: fc.nat({ max: 40 }).map((n) => `${voucher}-${tail(n)}`),
  userId: fc.integer({ min: 1, max: 5 }),
  units: fc.integer({ min: 1, max: 3 }),
  owner: fc.constant('run-m'),
  state: fc.constantFrom<OwnedLane['state']>(
    'PROCESSING',
    'AWAITING_PAYMENT',
    'PAID',
    'REFUSED',
    'CANCELLED',
    'EXPIRED',
  ),
  reason: fc.option(fc.constant('SOLD_OUT')),
  seq: fc.integer({ min: 1, max: 50 }),
  admittedAt: fc.constant(1_700_000_000_000),
})
const purchases = fc.uniqueArray(owned, { selector: (lane) => lane.reservationId, maxLength: 20 })
const input = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 50 }))
const lane = fc.tuple(fc.nat({ max: 40 }), input).map(([n, values]) => `${tail(n)}|${values.join('|')}|1700000000000`)
const holdEnd = fc.constantFrom('W|k', 'W|', 'A|k|run-r', 'R|k|run-r|OLD', 'R|||OLD')
const hold = fc.tuple(fc.nat({ max: 40 }), input, holdEnd).map(([n, values, end]) => {
  const [state, ...rest] = end.split('|')
  return [tail(n), [state, ...values, 1_700_000_000_000, ...rest].join('|')] as const
})
const mark = fc.constantFrom(['u:1', '9|zzz'] as const, ['u:9', '1|zzz'] as const, ['k:1:k', 'zzz'] as const)
const survivors = fc.record({
  fields: fc.array(fc.oneof({ weight: 5, arbitrary: hold }, mark), { maxLength: 20 }).map((all) => new Map(all)),
  waiting: fc.uniqueArray(lane, { selector: (text) => text.slice(0, 26), maxLength: 6 }),
  records: fc.array(lane, { maxLength: 4 }).map((lanes) => new Map(lanes.length > 0 ? [['run-r', lanes]] : [])),
})

describe('a rebuild’s plan', () => {
  it('planned again after its writes, or after any part of them, asks for the rest only and ends the same', () => {
    fc.assert(
      fc.property(survivors, purchases, fc.nat(), (found, rows, cut) => {
        const plan = planRebuild(voucher, found, rows)
        const done = written(found, plan)
        const again = planRebuild(voucher, done, rows)
        expect(again.writes.filter(([verb]) => verb !== 'lease')).toEqual([])
        expect({ ...again, writes: [] }).toEqual({ ...plan, writes: [] })
        const part = { ...plan, writes: plan.writes.slice(0, cut % (plan.writes.length + 1)) }
        const half = written(found, part)
        const rest = written(half, planRebuild(voucher, half, rows))
        expect(new Map([...rest.fields].sort())).toEqual(new Map([...done.fields].sort()))
        expect([...rest.waiting].sort()).toEqual([...done.waiting].sort())
      }),
    )
  })

  it('its counters are those of its holds and its marks', () => {
    fc.assert(
      fc.property(survivors, purchases, (found, rows) => {
        const plan = planRebuild(voucher, found, rows)
        const { fields } = written(found, plan)
        const holds = [...fields].filter(([field]) => isHoldField(field)).flatMap(([, text]) => unpackHold(text) ?? [])
        const live = holds.filter((one) => one.state !== 'R')
        const marks = [...fields]
          .filter(([field]) => field.startsWith('u:'))
          .map(([, text]) => Number.parseInt(text, 10))
        const units = live.reduce((sum, one) => sum + one.quantity, 0)
        expect(plan.held).toBe(units)
        expect(marks.reduce((sum, one) => sum + one, 0)).toBe(units)
        expect(plan.liveHolds).toBe(live.length)
      }),
    )
  })

  it('what MySQL ended is released, what it owns is never given to another run', () => {
    fc.assert(
      fc.property(survivors, purchases, (found, rows) => {
        const { fields } = written(found, planRebuild(voucher, found, rows))
        for (const row of rows) {
          const ended = ['REFUSED', 'CANCELLED', 'EXPIRED'].includes(row.state)
          const state = unpackHold(fields.get(row.reservationId.slice(2)) ?? '')?.state
          expect(state).toBe(ended ? 'R' : 'A')
        }
      }),
    )
  })

  it('of nothing is nothing', () => {
    expect(planRebuild(voucher, nothing, [])).toEqual({ writes: [], held: 0, liveHolds: 0, seq: 0 })
  })
})
