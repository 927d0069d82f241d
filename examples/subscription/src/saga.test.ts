import { runInMemory, sagaMatrix } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { createAccountActivities } from './activities.js'
import { Platform } from './platform.js'
import { type Account, accountSaga } from './saga.js'

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

const matrix = await sagaMatrix(accountSaga, { inputs: [account, { ...account, id: 'bob' }] })

describe('an account of which every step and compensation goes wrong in every way', () => {
  for (const cell of matrix.cells) it(cell.name, cell.run)
})
