import { describe, expect, it } from 'vitest'
import type { Purchase } from '../contract/purchase.js'
import { allocateSlots } from './allocate-slots.js'

function lane(seq: number, userId: number, quantity: number): Purchase {
  return {
    reservationId: `7-${seq}`,
    voucherId: 7,
    userId,
    quantity,
    seq,
    admittedAt: 0,
    termsVersion: 1,
    keyDigest: '',
  }
}

describe('allocateSlots', () => {
  it('gives one slot a unit, the lowest free ones first', () => {
    const { claims, overLimit } = allocateSlots([lane(1, 5, 2)], 4, [{ userId: 5, slot: 2 }])
    expect(claims.map((claim) => claim.slot)).toEqual([1, 3])
    expect(overLimit).toEqual([])
  })

  it('gives all units of a lane or none, and lets a later lane of the same user have what is left', () => {
    const lanes = [lane(2, 5, 1), lane(1, 5, 2)]
    const { claims, overLimit } = allocateSlots(lanes, 2, [{ userId: 5, slot: 1 }])
    expect(overLimit.map((each) => each.seq)).toEqual([1])
    expect(claims).toEqual([{ reservationId: '7-2', userId: 5, slot: 2 }])
  })

  it('counts each user alone', () => {
    const { claims, overLimit } = allocateSlots([lane(1, 5, 1), lane(2, 6, 1), lane(3, 5, 1)], 1, [])
    expect(claims.map((claim) => claim.userId)).toEqual([5, 6])
    expect(overLimit.map((each) => each.seq)).toEqual([3])
  })
})
