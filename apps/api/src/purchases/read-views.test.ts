import type { Hold } from 'seckill-store/gate'
import type { PurchaseStatus } from 'seckill-store/mysql'
import { expect, it } from 'vitest'
import { createReadViews } from './read-views.js'

function holdOf(id: string, state: Hold['state']): Hold {
  const facts = {
    reservationId: id,
    voucherId: Number(id.split('-')[0]),
    userId: 1,
    quantity: 1,
    seq: 5,
    admittedAt: 1,
  }
  return { ...facts, state, runId: null, reason: state === 'RELEASED' ? 'CANCELLED_BY_BUYER' : null }
}

function cancelled(id: string): PurchaseStatus {
  const facts = { reservationId: id, voucherId: 7, userId: 1, units: 1, owner: 'buyer', admittedAt: 1, endedAt: 2 }
  return { ...facts, state: 'CANCELLED', reason: 'CANCELLED_BY_BUYER', order: null, refund: null }
}

/** Stores with these holds; MySQL has the purchases from the second question on. */
function storesOf(holds: readonly Hold[], later: readonly PurchaseStatus[] = []) {
  const asked: string[] = []
  const readViews = createReadViews({
    queue: { placeOf: async () => ({ place: 3, expectedWait: null }) },
    gate: {
      async holds(voucherId, ids) {
        asked.push(`gate ${voucherId}: ${ids.join(' ')}`)
        return new Map(
          holds.filter(({ reservationId }) => ids.includes(reservationId)).map((one) => [one.reservationId, one]),
        )
      },
    },
    async findPurchases(ids) {
      const isFirst = !asked.some((one) => one.startsWith('mysql'))
      asked.push(`mysql: ${ids.join(' ')}`)
      return new Map(isFirst ? [] : later.map((one) => [one.reservationId, one]))
    },
  })
  return { asked, readViews }
}

it('all purchases are asked for in one question to MySQL, and those it does not have in one to each gate', async () => {
  const { asked, readViews } = storesOf([holdOf('7-a', 'WAITING'), holdOf('8-b', 'ASSIGNED')])
  const views = await readViews(['7-a', '7-x', '8-b'].map((traceId) => ({ traceId, voucherId: Number(traceId[0]) })))
  expect(asked).toEqual(['mysql: 7-a 7-x 8-b', 'gate 7: 7-a 7-x', 'gate 8: 8-b'])
  expect([...views].map(([id, { view, isOwned }]) => [id, view.status, isOwned])).toEqual([
    ['7-a', 'QUEUED', false],
    ['8-b', 'PROCESSING', false],
  ])
  expect(views.get('7-a')?.view).toMatchObject({ place: 3, expectedWait: null })
})

it('a purchase whose hold is released is asked for in MySQL again: it ended there before', async () => {
  const { asked, readViews } = storesOf([holdOf('7-a', 'RELEASED')], [cancelled('7-a')])
  const views = await readViews([{ traceId: '7-a', voucherId: 7 }])
  expect(views.get('7-a')).toMatchObject({ isOwned: true, view: { status: 'CANCELLED' } })
  expect(asked).toEqual(['mysql: 7-a', 'gate 7: 7-a', 'mysql: 7-a'])
})
