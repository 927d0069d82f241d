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
  expect([buyers.isNewcomer(7, 12_000), buyers.isNewcomer(7, 12_001)]).toEqual([false, true])
  users.push(12_001)
  expect(await buyers.readNew(7)).toBe(true)
  expect([buyers.isNewcomer(7, 12_001), gate.asked.at(-1)?.after?.count]).toEqual([false, 12_000])
})

it('a user whom this process admitted is a buyer at once', async () => {
  const buyers = createKnownBuyers(gateOf({ 7: [] }))
  await buyers.readNew(7)
  expect(buyers.isNewcomer(7, 3)).toBe(true)
  buyers.add(7, 3)
  expect(buyers.isNewcomer(7, 3)).toBe(false)
})

it('no user is a newcomer of a voucher whose buyers were not read to the last page', async () => {
  const secondPage = Promise.withResolvers<Buyers>()
  const firstPage = {
    userIds: Array.from({ length: 5_000 }, (_, index) => index + 1),
    end: { epoch: 'one', count: 5_000 },
  }
  const buyers = createKnownBuyers({
    buyers: async ({ after }) => (after === undefined ? firstPage : secondPage.promise),
  })
  expect(buyers.isNewcomer(7, 5_001)).toBe(false)
  const reading = buyers.readNew(7)
  await new Promise(setImmediate)
  expect(buyers.isNewcomer(7, 5_001)).toBe(false)
  secondPage.resolve({ userIds: [5_001], end: { epoch: 'one', count: 5_001 } })
  await reading
  expect([buyers.isNewcomer(7, 5_001), buyers.isNewcomer(7, 5_002)]).toEqual([false, true])
})

it('the buyers of a gate that recovers are not known', async () => {
  expect(await createKnownBuyers(gateOf({})).readNew(7)).toBe(false)
})

it('beyond the capacity the buyers of the vouchers read longest ago are not known any more', async () => {
  const buyers = createKnownBuyers(gateOf({ 7: [1, 2, 3], 8: [4, 5], 9: [1, 2, 3, 4, 5, 6] }), 5)
  expect([await buyers.readNew(7), await buyers.readNew(8), buyers.isNewcomer(7, 9)]).toEqual([true, true, true])
  expect(await buyers.readNew(9)).toBe(false)
  expect([buyers.isNewcomer(7, 9), buyers.isNewcomer(8, 9), buyers.isNewcomer(9, 9)]).toEqual([false, false, false])
})

it('a reading that another one has taken the room of reports that its buyers are not known', async () => {
  const held = Promise.withResolvers<Buyers>()
  const { buyers: read } = gateOf({ 8: [4, 5] })
  const buyers = createKnownBuyers({ buyers: (request) => (request.voucherId === 7 ? held.promise : read(request)) }, 2)
  const reading = buyers.readNew(7)
  expect(await buyers.readNew(8)).toBe(true)
  held.resolve({ userIds: [1], end: { epoch: 'one', count: 1 } })
  expect(await reading).toBe(false)
  expect([buyers.isNewcomer(7, 9), buyers.isNewcomer(8, 9)]).toEqual([false, true])
})

it('calls while a reading is under way share the one after it', async () => {
  const gate = gateOf({ 7: [1] })
  const buyers = createKnownBuyers(gate)
  const first = buyers.readNew(7)
  await Promise.resolve()
  const answers = await Promise.all([first, ...Array.from({ length: 9 }, () => buyers.readNew(7))])
  expect([answers.every(Boolean), gate.asked.length]).toEqual([true, 2])
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
