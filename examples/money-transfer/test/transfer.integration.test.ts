import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { debitMeets, type TestBanks, testBanks } from './test-banks.js'

let bank: TestBanks
beforeAll(async () => {
  bank = await testBanks()
})
afterAll(() => bank.close())

describe('a transfer between two databases', () => {
  it('debits one account and credits the other', async () => {
    const [ann, bob] = [await bank.open('north', 10_000), await bank.open('south', 0)]

    expect((await bank.send(ann, bob, 2_500)).outcome).toBe('completed')
    expect([await bank.centsOf(ann), await bank.centsOf(bob)]).toEqual([7_500, 2_500])
  })

  it('is refused when the account holds too little', async () => {
    const [ann, bob] = [await bank.open('north', 100), await bank.open('south', 0)]

    expect(await bank.send(ann, bob, 101)).toMatchObject({ outcome: 'refused', cause: { code: 'INSUFFICIENT_FUNDS' } })
    expect([await bank.centsOf(ann), await bank.centsOf(bob)]).toEqual([100, 0])
  })

  it('is rolled back when the other bank refuses', async () => {
    const ann = await bank.open('north', 100)

    const end = await bank.send(ann, { bank: 'south', number: 'nobody' }, 100)
    expect(end).toMatchObject({ outcome: 'refused', cause: { step: 'credit', code: 'NO_SUCH_ACCOUNT' } })
    expect(await bank.centsOf(ann)).toBe(100)
  })

  it('with an invalid amount ends before its first step', async () => {
    const [ann, bob] = [await bank.open('north', 0), await bank.open('south', 100)]

    expect(await bank.send(ann, bob, -100)).toMatchObject({ outcome: 'failed', cause: { code: 'SAGA_INPUT' } })
    expect(await bank.centsOf(bob)).toBe(100)
  })

  it('is made once when the answer of its debit is lost', async () => {
    bank.meet(debitMeets('after', 'twice'))
    const [ann, bob] = [await bank.open('north', 100), await bank.open('south', 0)]

    expect((await bank.send(ann, bob, 60)).outcome).toBe('completed')
    expect([await bank.centsOf(ann), await bank.centsOf(bob)]).toEqual([40, 60])
  })

  it('is rolled back when the bank debited but did not answer', async () => {
    bank.meet(debitMeets('givenUp'))
    const [ann, bob] = [await bank.open('north', 100), await bank.open('south', 0)]

    expect(await bank.send(ann, bob, 60)).toMatchObject({ outcome: 'failed', compensations: { debit: 'done' } })
    expect([await bank.centsOf(ann), await bank.centsOf(bob)]).toEqual([100, 0])
  })

  it('is not made by an attempt that arrives after the roll back', async () => {
    bank.meet(debitMeets('givenUpLate'))
    const [ann, bob] = [await bank.open('north', 100), await bank.open('south', 0)]

    expect((await bank.send(ann, bob, 60)).outcome).toBe('failed')
    const [late] = await bank.faulty.land()
    expect(late).toMatchObject({ status: 'rejected', reason: { type: 'SagaFenced' } })
    expect(await bank.centsOf(ann)).toBe(100)
  })
})
