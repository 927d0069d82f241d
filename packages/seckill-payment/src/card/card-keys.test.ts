import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CardUnderTest, startCard } from '../../test/card/card-under-test.js'
import { requestOf } from '../../test/conformance.js'

const dayMs = 86_400_000
let card: CardUnderTest

beforeAll(async () => {
  card = await startCard()
})
afterAll(() => card.stop())

/** Runs calls against the recordings of a scenario. */
async function replay<T>(scenario: string, calls: () => Promise<T>): Promise<T> {
  await card.begin(scenario)
  const result = await calls().catch((error: unknown) => error as T)
  await card.end()
  return result
}
const request = (scenario: string, requestedAt = card.now) => ({ ...requestOf(scenario, card.now), requestedAt })

it('a payment that was requested a day ago is looked for before it is created: the provider has forgotten the key', async () => {
  const payment = await replay('key-forgotten', () => card.provider.create(request('key-forgotten', card.now - dayMs)))
  expect(payment.state).toBe('open')
})

it('a payment that was requested a day ago is looked for page by page before it is closed', async () => {
  const old = request('key-forgotten-close', card.now - dayMs)
  expect((await replay('key-forgotten-close', () => card.provider.close(old))).state).toBe('closed')
})

it('a request beside another one with the same key leaves open what was done', async () => {
  const error = await replay('key-in-use', () => card.provider.create(request('key-in-use')))
  expect(error).toMatchObject({ name: 'ProviderUnavailableError' })
})

it('a refund that an earlier request made is told as it is now', async () => {
  const attempt = { attemptId: 'refund-replayed-1', providerPaymentId: 'cs_test_refund-replayed', amountMinor: 300 }
  const refund = { ...attempt, currency: 'CNY', reason: 'the order had closed before the money came' }
  expect((await replay('refund-replayed', () => card.provider.refund(refund))).state).toBe('succeeded')
})

it('a payment whose slow method failed can no longer be paid', async () => {
  const known = { ...request('unpaid-for-good'), providerPaymentId: 'cs_test_unpaid-for-good' }
  expect((await replay('unpaid-for-good', () => card.provider.find(known)))?.state).toBe('closed')
})
