import { runInMemory, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { createAccountActivities } from './activities.js'
import { Platform } from './platform.js'
import { type Account, accountSaga, subscriptionSaga } from './saga.js'

const account: Account = { id: 'ann', email: 'ann@example.com' }

describe('setting an account up', () => {
  it('makes a tenant and a login', async () => {
    const platform = new Platform()
    const { report } = runInMemory(accountSaga, [account], { activities: createAccountActivities(platform) })

    expect((await report).completed).toBe(1)
    expect(platform.standing()).toEqual(['tenants/ann', 'logins/ann'])
  })

  it('leaves nothing behind when the login is refused', async () => {
    const platform = new Platform()
    const inputs = [{ ...account, email: 'ann' }]
    const { report } = runInMemory(accountSaga, inputs, { activities: createAccountActivities(platform) })

    expect((await report).except).toMatchObject([{ outcome: 'refused', cause: { code: 'NO_EMAIL_ADDRESS' } }])
    expect(platform.standing()).toEqual([])
  })
})

const accounts = await sagaMatrix(accountSaga, { inputs: [account, { ...account, id: 'bob' }] })

describe('an account of which every step and compensation goes wrong in every way', () => {
  for (const cell of accounts.cells) it(cell.name, cell.run)
})

/** A matrix sends its messages when no timer is left. */
const patient = { ...account, plan: 'monthly', payWithinMs: Number.POSITIVE_INFINITY }
const subscriptions = await sagaMatrix(subscriptionSaga, {
  inputs: [patient, { ...patient, id: 'bob' }],
  messages: { card: { token: 'visa' } },
  children: { setUpAccount: accountSaga },
})

/** Cancelled before its first step a run leaves no mark, so that one would not be found cancelled if it were begun again. */
const marked = subscriptions.cells.filter(({ name }) => name !== 'account.tenant is cancelled before')

describe('a subscription of which every step, of its child as well, goes wrong in every way', () => {
  for (const cell of marked) it(cell.name, cell.run)

  it('has one cell that is left out', () => {
    expect(marked).toHaveLength(subscriptions.cells.length - 1)
  })
})
