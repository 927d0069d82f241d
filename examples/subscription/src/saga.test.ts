import { runInMemory, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { createAccountActivities } from './activities.js'
import { Platform } from './platform.js'
import { accountSaga, subscriptionSaga } from './saga.js'
import type { Account } from './subscription.js'

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

describe('an account with every fault in every step and compensation', () => {
  for (const cell of accounts.cells) it(cell.name, cell.run)
})

/** The matrix sends a message once no timer is left. */
const patient = { ...account, plan: 'monthly', payWithinMs: Number.POSITIVE_INFINITY }
const subscriptions = await sagaMatrix(subscriptionSaga, {
  inputs: [patient, { ...patient, id: 'bob' }],
  messages: { card: { token: 'visa' } },
  children: { setUpAccount: accountSaga },
})

/** A run cancelled before its first step leaves no entry, so a second run of its key would not be found cancelled. */
const marked = subscriptions.cells.filter(({ name }) => name !== 'account.tenant is cancelled before')

describe('a subscription with every fault in every step, its child included', () => {
  for (const cell of marked) it(cell.name, cell.run)

  it('has one cell that is left out', () => {
    expect(marked).toHaveLength(subscriptions.cells.length - 1)
  })
})
