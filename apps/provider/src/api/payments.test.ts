import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../test/eventually.js'
import {
  type ErrorBody,
  type PaymentBody,
  type ProviderUnderTest,
  startProvider,
  termsWith,
} from '../../test/provider-under-test.js'

let provider: ProviderUnderTest

beforeAll(async () => {
  provider = await startProvider()
})
afterAll(() => provider.stop())

interface List {
  readonly payments: readonly PaymentBody[]
  readonly cursor: string | null
}

describe('creating a payment', () => {
  it('answers 201 with an open payment and the address of its page', async () => {
    const { status, body } = await provider.createReply({ amount: 1_234 })
    expect(status).toBe(201)
    expect(body).toMatchObject({ state: 'open', amount: 1_234, currency: 'CNY', refundedAmount: 0, failedAttempts: 0 })
    expect(body.paymentUrl).toBe(`${provider.url}/pay/${body.id}`)
  })

  it('makes one payment for one Idempotency-Key, however often and at once it is sent', async () => {
    const terms = termsWith()
    const replies = await Promise.all(Array.from({ length: 20 }, () => provider.createReply(terms, 'key-once')))
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
    expect(replies.map(({ status }) => status)).toEqual(Array(20).fill(201))
    expect(replies.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(19)
  })

  it('refuses a key with other terms', async () => {
    const terms = termsWith()
    await provider.createReply(terms, 'key-reused')
    const { status, body } = await provider.createReply({ ...terms, amount: 1 }, 'key-reused')
    expect([status, body.error.code]).toEqual([422, 'KEY_REUSED'])
  })

  it('gives two payments of one merchant reference for two keys, and finds both by it', async () => {
    const terms = termsWith({ merchantReference: 'order-twice' })
    const ids = [await provider.create(terms), await provider.create(terms)].map(({ id }) => id)
    const found = await provider.get<List>('/v1/payments?merchantReference=order-twice')
    expect(found.body.payments.map(({ id }) => id)).toEqual(ids)
  })

  it.each([
    ['amount', 0],
    ['amount', 1.5],
    ['currency', 'XXQ'],
    ['expiresAt', Date.now() + 8 * 24 * 3_600_000],
    ['returnUrl', 'javascript:alert(1)'],
    ['callbackUrl', 'http://a;b/'],
    ['callbackUrl', 'http://user:secret@shop.example/'],
    ['returnUrl', 'http://shop.example/orders of mine'],
    ['merchantReference', 'two words'],
    ['description', ''],
  ])('names %s when it is %j', async (field, value) => {
    const { status, body } = await provider.createReply({ [field]: value })
    expect([status, body.error.code, body.issues?.map((issue) => issue.field)]).toEqual([
      400,
      'INVALID_REQUEST',
      [`body.${field}`],
    ])
  })

  it('makes one whose expiry is over closed, so that a request which comes later finds it closed', async () => {
    const terms = termsWith({ expiresAt: Date.now() - 1 })
    const { status, body } = await provider.createReply(terms, 'over')
    expect([status, body.state, body.closedBy]).toEqual([201, 'closed', 'expiry'])
    expect((await provider.createReply(terms, 'over')).body).toEqual(body)
    expect((await provider.act(body.id, 'pay')).body.error.code).toBe('PAYMENT_CLOSED')
  })

  it('names the Idempotency-Key when it is missing', async () => {
    const { status, body } = await provider.post<ErrorBody>('/v1/payments', termsWith())
    expect([status, body.issues?.[0]?.field]).toEqual([400, 'Idempotency-Key'])
  })
})

describe('closing a payment', () => {
  it('closes an open one, and answers the same again', async () => {
    const { id } = await provider.create()
    const first = await provider.close(id)
    expect([first.status, first.body.state, first.body.closedBy]).toEqual([200, 'closed', 'merchant'])
    expect((await provider.close(id)).body).toEqual(first.body)
  })

  it('answers that a captured one is captured, twice the same', async () => {
    const { id } = await provider.create()
    await provider.act(id, 'pay')
    const [first, second] = [await provider.close(id), await provider.close(id)]
    expect([first.status, first.body.error.code, first.body.payment?.state]).toEqual([
      409,
      'PAYMENT_CAPTURED',
      'captured',
    ])
    expect(second.body).toEqual(first.body)
  })

  it('decides once when the payer pays at the same time', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id } = await provider.create()
      const [closed, paid] = await Promise.all([provider.close(id), provider.act(id, 'pay')])
      expect([closed.status, paid.status].sort()).toEqual([200, 409])
      expect((await provider.find(id)).state).toBe(closed.status === 200 ? 'closed' : 'captured')
    }
  })

  it('happens by itself at the expiry', async () => {
    const { id } = await provider.create({ expiresAt: Date.now() + 1_000 })
    await eventually(async () => (await provider.find(id)).state).toBe('closed')
    expect((await provider.find(id)).closedBy).toBe('expiry')
    const { status, body } = await provider.act(id, 'pay')
    expect([status, body.error.code]).toEqual([409, 'PAYMENT_CLOSED'])
  })
})

describe('paying', () => {
  it('captures an open payment, and a second time changes nothing', async () => {
    const { id } = await provider.create()
    const first = await provider.act(id, 'pay')
    expect([first.status, first.body.outcome, first.body.payment.state]).toEqual([200, 'captured', 'captured'])
    expect((await provider.act(id, 'pay')).body).toEqual(first.body)
    expect((await provider.act(id, 'fail')).body.error.code).toBe('PAYMENT_CAPTURED')
  })

  it('leaves the payment open after a failed attempt and after the payer left', async () => {
    const { id } = await provider.create()
    expect((await provider.act(id, 'fail')).body.outcome).toBe('failed')
    expect((await provider.act(id, 'leave')).body.outcome).toBe('left')
    expect(await provider.find(id)).toMatchObject({ state: 'open', failedAttempts: 1 })
    expect((await provider.act(id, 'pay')).body.outcome).toBe('captured')
  })

  it('tells the payer nothing of the merchant', async () => {
    const { id } = await provider.create()
    const { body } = await provider.act(id, 'leave')
    expect(Object.keys(body.payment).sort()).toEqual(
      ['amount', 'currency', 'description', 'expiresAt', 'id', 'returnUrl', 'state'].sort(),
    )
  })

  it('is refused after 100 failed attempts, so that a payment stays bounded', async () => {
    const { id } = await provider.create()
    await Promise.all(Array.from({ length: 100 }, () => provider.act(id, 'fail')))
    expect((await provider.act(id, 'fail')).body.error.code).toBe('TOO_MANY_ATTEMPTS')
  })
})

describe('the list', () => {
  it('gives every payment of a time exactly once, page by page, while others are created', async () => {
    const first = await provider.create({ merchantReference: 'list-0' })
    for (let index = 1; index < 12; index += 1) await provider.create({ merchantReference: `list-${index}` })
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const path: string = `/v1/payments?createdFrom=${first.createdAt}&limit=5${cursor === '' ? '' : `&cursor=${cursor}`}`
      const { body }: { body: List } = await provider.get<List>(path)
      if (seen.length === 0) await provider.create({ merchantReference: 'list-12' })
      seen.push(...body.payments.map(({ merchantReference }) => merchantReference))
      cursor = body.cursor
    }
    const listed = seen.filter((reference) => reference.startsWith('list-'))
    expect(listed).toEqual(Array.from({ length: 13 }, (_, index) => `list-${index}`))
  })

  it('has a half-open range of times', async () => {
    const { id, createdAt } = await provider.create()
    const until = await provider.get<List>(`/v1/payments?createdFrom=${createdAt}&createdBefore=${createdAt}`)
    expect(until.body).toEqual({ payments: [], cursor: null })
    const including = await provider.get<List>(`/v1/payments?createdFrom=${createdAt}&createdBefore=${createdAt + 1}`)
    expect(including.body.payments.map((payment) => payment.id)).toContain(id)
  })

  it.each(['limit=0', 'limit=501', 'cursor=abc', 'createdFrom=yesterday', 'state=open'])(
    'refuses %s',
    async (query) => {
      expect((await provider.get(`/v1/payments?${query}`)).status).toBe(400)
    },
  )
})
