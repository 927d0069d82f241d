import { done, refused, setWise } from 'saga-core/activity'
import { runInMemory, virtualClock } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { paymentWait } from '../contract/names.js'
import type { Purchase } from '../contract/purchase.js'
import { Refusal } from '../contract/refusals.js'
import { purchaseSaga } from './purchase.saga.js'

const day = 86_400_000
/** Events of an attempt on the run's own worker: its marker, its pause, and the workflow task that ends it. */
const eventsOfAttempt = 6
/** Events at which Temporal terminates a run. */
const historyLimit = 51_200

const purchases: readonly Purchase[] = [1, 2].map((userId) => ({
  reservationId: `7-lane${userId}`,
  voucherId: 7,
  userId,
  quantity: 1,
  seq: userId,
  admittedAt: 0,
  termsVersion: 1,
  keyDigest: '',
}))
const keys = purchases.map(({ reservationId }) => reservationId)

/** Activities whose database goes away for a day as `first` is called for the first time. */
function activitiesWithout(first: string, isSoldOut: boolean) {
  const clock = virtualClock()
  const called: string[] = []
  let until: number | undefined
  const work = (name: string) =>
    setWise<Purchase, unknown>(async (lanes) => {
      called.push(name)
      if (name === first) until ??= clock.now() + day
      if (until !== undefined && clock.now() < until)
        throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:3306'), { code: 'ECONNREFUSED' })
      // A barrier has stored the refusal.
      if (name === 'deductStock' && isSoldOut)
        return lanes.map(({ key }) => ({ ...refused(key, Refusal.SoldOut), definite: true }))
      // An order is to be paid a quarter of an hour after it is made.
      return lanes.map(({ key }) => done(key, name === 'createOrder' ? clock.now() + 900_000 : true))
    })
  const names = purchaseSaga.steps.flatMap(({ invoke, compensate, wait }) =>
    [invoke, compensate, wait?.decide].flatMap((one) => one?.activity ?? []),
  )
  const activities = Object.fromEntries([...names, 'takeLanes'].map((name) => [name, work(name)]))
  return { clock, called, activities: activities as never }
}

describe('a purchase whose database is away for a day', () => {
  const steps = ['takeLanes', 'checkUser', 'checkVoucher', 'deductStock', 'createOrder', 'decidePayment']

  it.each(steps)('as %s is called, is completed within a minute of its return', async (first) => {
    const { clock, called, activities } = activitiesWithout(first, false)
    const run = runInMemory(purchaseSaga, purchases, { activities, clock })
    run.message({ wait: paymentWait, lanes: Object.fromEntries(keys.map((key) => [key, { value: true }])) })

    expect(await run.report).toMatchObject({ lanes: 2, completed: 2, except: [] })
    expect(clock.now() - day).toBeLessThan(61_000)
    const attempts = called.filter((name) => name === first).length
    expect(attempts).toBeGreaterThan(1_000)
    expect(attempts * eventsOfAttempt).toBeLessThan(historyLimit / 4)
  })

  it('is undone where its stock is sold out then, with every compensation done', async () => {
    const { clock, activities } = activitiesWithout('deductStock', true)
    const { except } = await runInMemory(purchaseSaga, purchases, { activities, clock }).report

    expect(except.map(({ key }) => key)).toEqual(keys)
    for (const { outcome, compensations } of except) {
      expect(outcome).toBe('refused')
      expect(compensations).toMatchObject({ checkVoucher: 'done', checkUser: 'done', hold: 'done' })
      expect(Object.values(compensations ?? {})).not.toContain('owed')
    }
  })
})
