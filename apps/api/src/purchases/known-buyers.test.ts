import type { Buyers, BuyersRequest } from 'seckill-store/gate'
import { expect, it } from 'vitest'
import { createKnownBuyers } from './known-buyers.js'

/** A gate with these users, of which a voucher that is not among them is recovering. */
function gateOf(users: Readonly<Record<number, readonly number[]>>) {
  const asked: BuyersRequest[] = []
  const buyers = async (request: BuyersRequest): Promise<Buyers | null> => {
    asked.push(request)
    const all = users[request.voucherId]
    if (all === undefined) return null
    const first = request.after?.count ?? 0
    const userIds = all.slice(first, first + request.most)
    return { userIds, end: { epoch: 'one', count: first + userIds.length } }
  }
  return { asked, buyers }
}

it('buyers are read in pages up to the last one, and then only those that are new', async () => {
  const users = Array.from({ length: 12_000 }, (_, index) => index + 1)
  const gate = gateOf({ 7: users })
  const buyers = createKnownBuyers(gate)
  expect(await buyers.readNew(7)).toBe(true)
  expect(gate.asked.map(({ after }) => after?.count)).toEqual([undefined, 5_000, 10_000])
  expect([buyers.has(7, 12_000), buyers.has(7, 12_001), buyers.has(8, 1)]).toEqual([true, false, false])
  users.push(12_001)
  expect(await buyers.readNew(7)).toBe(true)
  expect([buyers.has(7, 12_001), gate.asked.at(-1)?.after?.count]).toEqual([true, 12_000])
})

it('a user whom this process admitted is a buyer at once', async () => {
  const buyers = createKnownBuyers(gateOf({ 7: [] }))
  await buyers.readNew(7)
  buyers.add(7, 3)
  expect(buyers.has(7, 3)).toBe(true)
})

it('the buyers of a gate that recovers are not known', async () => {
  expect(await createKnownBuyers(gateOf({})).readNew(7)).toBe(false)
})

it('beyond the capacity the buyers of the vouchers read longest ago are forgotten, and those of a greater one not known', async () => {
  const buyers = createKnownBuyers(gateOf({ 7: [1, 2, 3], 8: [4, 5], 9: [1, 2, 3, 4, 5, 6] }), 5)
  expect([await buyers.readNew(7), await buyers.readNew(8), buyers.has(7, 1)]).toEqual([true, true, true])
  expect(await buyers.readNew(9)).toBe(false)
  expect([buyers.has(7, 1), buyers.has(8, 4)]).toEqual([false, false])
})

it('a reading that fails does not end the ones behind it', async () => {
  const { buyers: read } = gateOf({ 7: [1] })
  let fails = true
  const buyers = createKnownBuyers({
    buyers: (request) => (fails ? Promise.reject(new Error('Connection is closed.')) : read(request)),
  })
  const first = buyers.readNew(7)
  const second = buyers.readNew(7)
  await expect(first).rejects.toThrow('Connection is closed.')
  fails = false
  await second.catch(() => undefined)
  expect(await buyers.readNew(7)).toBe(true)
})
