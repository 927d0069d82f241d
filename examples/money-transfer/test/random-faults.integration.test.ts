import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account, Transfer } from '../src/transfer.js'
import { type FaultScript, faultKinds } from './faults.js'
import { type Random, seeded } from './seeded.js'
import { type TestBanks, testBanks } from './test-banks.js'

let bank: TestBanks
beforeAll(async () => {
  bank = await testBanks()
})
afterAll(() => bank.close())

describe('a hundred transfers under random faults', () => {
  it('neither make nor lose money', async () => {
    const seed = Number(process.env.SEED ?? 4711)
    const random = seeded(seed)
    const accounts = await Promise.all(
      Array.from({ length: 6 }, (_, at) => bank.open(at % 2 === 0 ? 'north' : 'south', 2_000)),
    )
    bank.meet(randomFaults(random))
    const requests = Array.from({ length: 100 }, () => randomTransfer(random, accounts))
    const ends = await Promise.all(requests.map(({ from, to, cents }) => bank.send(from, to, cents)))
    await bank.faulty.land()

    const due = accounts.map((account) => 2_000 + movedTo(account, requests, ends))
    expect(await Promise.all(accounts.map(bank.centsOf)), `seed ${seed}`).toEqual(due)
    expect(due.reduce((sum, cents) => sum + cents)).toBe(12_000)
    expect(new Set(ends.map(({ outcome }) => outcome))).toEqual(new Set(['completed', 'refused', 'failed']))
    expect(faultKinds.filter((kind) => bank.faulty.happened[kind] === 0)).toEqual([])
  }, 120_000)
})

/** Two of five attempts meet a fault; only a debit is given up, because the other steps are retried until known. */
function randomFaults(random: Random): FaultScript {
  const passing = ['before', 'after', 'late', 'twice'] as const
  return (activity) => {
    if (random() < 0.6) return 'none'
    if (activity === 'debit' && random() < 0.2) return random() < 0.5 ? 'givenUp' : 'givenUpLate'
    return passing[Math.floor(random() * passing.length)] ?? 'none'
  }
}

function randomTransfer(random: Random, accounts: readonly Account[]): Pick<Transfer, 'from' | 'to' | 'cents'> {
  const pick = () => accounts[Math.floor(random() * accounts.length)] as Account
  const from = pick()
  const to = random() < 0.1 ? { ...from, number: 'nobody' } : pick()
  return { from, to, cents: 1 + Math.floor(random() * 1_500) }
}

function movedTo(
  account: Account,
  requests: readonly Pick<Transfer, 'from' | 'to' | 'cents'>[],
  ends: readonly { readonly outcome: string }[],
): number {
  return requests.reduce((sum, { from, to, cents }, at) => {
    if (ends[at]?.outcome !== 'completed') return sum
    return sum + (to === account ? cents : 0) - (from === account ? cents : 0)
  }, 0)
}
