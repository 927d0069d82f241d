import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import type { PurchaseView } from '../purchase-view.js'
import type { NamedPurchase, OwnedView } from '../read-views.js'
import { createStatusFeed } from './status-feed.js'

function purchase(traceId: string): NamedPurchase {
  return { traceId, voucherId: 7 }
}

function view(traceId: string, status: 'PROCESSING' | 'ATTENTION'): PurchaseView {
  return { traceId, voucherId: 7, quantity: 1, admittedAt: 1, status }
}

/** Stores in which the test sets the views, and which it can hold up. */
function storesOf(views: Readonly<Record<string, OwnedView>> = {}) {
  const stores = {
    views: new Map(Object.entries(views)),
    asked: [] as string[][],
    errors: [] as unknown[],
    gateFails: false,
    held: Promise.resolve(),
    set(traceId: string, status: 'PROCESSING' | 'ATTENTION', isOwned = true) {
      stores.views.set(traceId, { userId: 1, isOwned, view: view(traceId, status) })
    },
  }
  const feed = createStatusFeed({
    everyMs: 1,
    onError: (error) => void stores.errors.push(error),
    async readViews(purchases) {
      const ids = purchases.map(({ traceId }) => traceId)
      stores.asked.push(ids)
      const found = new Map([...stores.views].filter(([id]) => ids.includes(id)))
      if (stores.gateFails && ids.some((id) => found.get(id)?.isOwned !== true)) throw new Error('Redis is gone')
      await stores.held
      return found
    },
  })
  return { stores, feed }
}

it('all watched purchases are read together, and each change is told once to each watcher', async () => {
  const { stores, feed } = storesOf()
  const told: string[] = []
  for (const id of ['a', 'b', 'c']) {
    stores.set(id, 'PROCESSING')
    feed.watch(purchase(id), ({ status }) => void told.push(`${id} ${status}`))
  }
  feed.watch(purchase('a'), ({ status }) => void told.push(`also a ${status}`))
  await vi.waitFor(() => expect(told.toSorted()).toEqual(['a', 'also a', 'b', 'c'].map((id) => `${id} PROCESSING`)))
  told.length = 0
  stores.set('a', 'ATTENTION')
  await vi.waitFor(() => expect(told).toHaveLength(2))
  const readings = stores.asked.length
  await vi.waitFor(() => expect(stores.asked.length).toBeGreaterThan(readings + 3))
  expect(told).toEqual(['a ATTENTION', 'also a ATTENTION'])
  expect(stores.asked.at(-1)).toEqual(['a', 'b', 'c'])
  await feed.stop()
})

it('a watcher is not told what was read before it watched', async () => {
  const { stores, feed } = storesOf()
  stores.set('a', 'PROCESSING')
  const release = Promise.withResolvers<void>()
  stores.held = release.promise
  const late: string[] = []
  feed.watch(purchase('a'), () => undefined)
  await turn()
  stores.set('a', 'ATTENTION')
  feed.watch(purchase('a'), ({ status }) => void late.push(status))
  release.resolve()
  await vi.waitFor(() => expect(late).toEqual(['ATTENTION']))
  await feed.stop()
})

it('a thousand purchases are read at a time', async () => {
  const { stores, feed } = storesOf()
  feed.watch(purchase('0'), () => undefined)
  for (let id = 1; id < 2_500; id += 1) feed.watch(purchase(String(id)), () => undefined)
  await vi.waitFor(() => expect(stores.asked.map((ids) => ids.length).slice(0, 4)).toEqual([1, 1_000, 1_000, 500]))
  await feed.stop()
})

it('nothing is read while nothing is watched, and again with the next watcher', async () => {
  const { stores, feed } = storesOf()
  const unwatch = feed.watch(purchase('a'), () => undefined)
  await vi.waitFor(() => expect(stores.asked.length).toBeGreaterThan(1))
  unwatch()
  const stopped = async (): Promise<number> => {
    const { length } = stores.asked
    for (let turns = 0; turns < 20; turns += 1) await turn()
    return stores.asked.length - length
  }
  await vi.waitFor(async () => expect(await stopped()).toBe(0))
  feed.watch(purchase('b'), () => undefined)
  await vi.waitFor(() => expect(stores.asked.at(-1)).toEqual(['b']))
  await feed.stop()
})

it('while Redis does not answer, the purchases that MySQL has are told, and the others later', async () => {
  const { stores, feed } = storesOf()
  stores.set('owned', 'PROCESSING')
  stores.set('queued', 'PROCESSING', false)
  const told: string[] = []
  for (const id of ['owned', 'queued']) feed.watch(purchase(id), ({ status }) => void told.push(`${id} ${status}`))
  await vi.waitFor(() => expect(told).toHaveLength(2))
  stores.gateFails = true
  stores.set('owned', 'ATTENTION')
  stores.set('queued', 'ATTENTION', false)
  await vi.waitFor(() => expect(told.at(-1)).toBe('owned ATTENTION'))
  expect([told.length, stores.errors.length > 0]).toEqual([3, true])
  stores.gateFails = false
  await vi.waitFor(() => expect(told.at(-1)).toBe('queued ATTENTION'))
  await feed.stop()
})

it('a purchase that cannot be found for a while stays as it was', async () => {
  const { stores, feed } = storesOf()
  const told: string[] = []
  stores.set('a', 'PROCESSING')
  feed.watch(purchase('a'), ({ status }) => void told.push(status))
  await vi.waitFor(() => expect(told).toHaveLength(1))
  stores.views.clear()
  const readings = stores.asked.length
  await vi.waitFor(() => expect(stores.asked.length).toBeGreaterThan(readings + 2))
  stores.set('a', 'PROCESSING')
  stores.set('b', 'PROCESSING')
  feed.watch(purchase('b'), ({ status }) => void told.push(`b ${status}`))
  await vi.waitFor(() => expect(told).toEqual(['PROCESSING', 'b PROCESSING']))
  await feed.stop()
})
