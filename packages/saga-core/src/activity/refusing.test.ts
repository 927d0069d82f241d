import { ApplicationFailure } from '@temporalio/common'
import { saga } from 'saga-core'
import { refusing } from 'saga-core/activity'
import { runInMemory } from 'saga-core/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'

interface Bill {
  readonly id: string
}

interface Charged {
  readonly state: 'paid' | 'declined'
}

class CardDeclined extends Error {
  override readonly name = 'CardDeclined'
}

function declined(details: unknown[] = []) {
  return ApplicationFailure.create({ type: 'CardDeclined', message: 'no cover', details })
}

/** An activity without saga-core: `answers` are those of its attempts, of which the last repeats. */
function charging(...answers: readonly (Charged | Error)[]) {
  const tried = { charge: 0, refund: 0 }
  const activities = {
    async charge(_bill: Bill): Promise<Charged> {
      const answer = answers[Math.min(tried.charge++, answers.length - 1)] as Charged | Error
      if (answer instanceof Error) throw answer
      return answer
    },
    async refund(_bill: Bill): Promise<void> {
      tried.refund += 1
    },
  }
  return { activities, tried }
}

const bills = saga<Bill>('bills', { key: ({ id }) => id })
  .activities<ReturnType<typeof charging>['activities']>()
  .step('charge', { invoke: 'charge', compensate: 'refund', onUnknown: 'compensate', retry: { attempts: 3 } })
  .build()

const refusals = {
  by: ['CardDeclined'],
  when: ({ state }: Charged) => (state === 'declined' ? 'DECLINED' : undefined),
}

async function run({ activities, tried }: ReturnType<typeof charging>, definite = false) {
  const charge = refusing(activities.charge, { ...refusals, definite })
  const { report, results } = runInMemory(bills, [{ id: 'a' }], { activities: { ...activities, charge } })
  return { end: (await report).except[0], result: results('a')?.charge, ...tried }
}

describe('refusing()', () => {
  it.each([
    ['a failure of a named type', declined([{ missing: 12 }]), 'CardDeclined', { missing: 12 }],
    ['a failure without details, by its message', declined(), 'CardDeclined', 'no cover'],
    ['an error of that name', new CardDeclined('no cover'), 'CardDeclined', 'no cover'],
    ['a result that is a refusal', { state: 'declined' } as const, 'DECLINED', undefined],
  ])('makes a refusal of %s, which is neither tried again nor undone', async (_, answer, code, details) => {
    const { end, charge, refund } = await run(charging(answer))

    expect(end).toMatchObject({ outcome: 'refused', cause: { step: 'charge', code } })
    expect(end?.cause?.details).toEqual(details)
    expect([charge, refund]).toEqual([1, 0])
  })

  it('leaves every other answer as it is', async () => {
    expect(await run(charging({ state: 'paid' }))).toMatchObject({ result: { state: 'paid' }, refund: 0 })

    const { end, charge, refund } = await run(charging(new Error('no answer')))
    expect(end).toMatchObject({ outcome: 'failed', cause: { kind: 'unknown', message: 'no answer' } })
    expect([charge, refund]).toEqual([3, 1])
  })

  it.each([
    ['a failure', declined()],
    ['a result', { state: 'declined' } as const],
  ])('after an attempt without an answer takes %s as unknown, and the step is undone', async (_, answer) => {
    const { end, refund } = await run(charging(new Error('no answer'), answer))

    expect(end).toMatchObject({ outcome: 'failed', cause: { code: 'SAGA_REFUSED_AFTER_SILENCE' } })
    expect(refund).toBe(1)
  })

  it('takes it as a refusal when the service stores its answer for every attempt', async () => {
    const { end, refund } = await run(charging(new Error('no answer'), declined()), true)

    expect(end).toMatchObject({ outcome: 'refused', cause: { code: 'CardDeclined', stored: true } })
    expect(refund).toBe(0)
  })

  it('has the type of the activity', () => {
    const { activities } = charging({ state: 'paid' })

    expectTypeOf(refusing(activities.charge, refusals)).toEqualTypeOf<(bill: Bill) => Promise<Charged>>()
  })
})
