import { describe, expect, it } from 'vitest'
import type { Purchase } from '../contract/purchase.js'
import { serveInOrder, unitsOf } from './serve-in-order.js'

function lane(seq: number, quantity: number): Purchase {
  return {
    reservationId: `7-${seq}`,
    voucherId: 7,
    userId: seq,
    quantity,
    seq,
    admittedAt: 0,
    termsVersion: 1,
    keyDigest: '',
  }
}

function ids(lanes: readonly Purchase[]) {
  return lanes.map((each) => each.seq)
}

describe('serveInOrder', () => {
  it('serves by seq, in every order of the call', () => {
    const { served, unserved, units } = serveInOrder([lane(3, 1), lane(1, 1), lane(2, 1)], 2)
    expect([ids(served), ids(unserved), units]).toEqual([[1, 2], [3], 2])
  })

  it('skips a lane that does not fit and serves a later, smaller one, as lanes one by one would end', () => {
    const { served, unserved, units } = serveInOrder([lane(1, 2), lane(2, 3), lane(3, 1)], 3)
    expect([ids(served), ids(unserved), units]).toEqual([[1, 3], [2], 3])
  })

  it('serves no lane when nothing is left', () => {
    expect(serveInOrder([lane(1, 1)], 0)).toEqual({ served: [], unserved: [lane(1, 1)], units: 0 })
  })
})

describe('unitsOf', () => {
  it('sums the units, not the lanes', () => {
    expect(unitsOf([lane(1, 2), lane(2, 3)])).toBe(5)
  })
})
