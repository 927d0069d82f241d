import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CallbackRejectedError,
  type CallbackRequest,
  type PaymentProvider,
  PaymentRefusedError,
  type PaymentRequest,
  type ProviderPayment,
  ProviderUnavailableError,
} from '../src/index.js'

/** What befalls every request about a payment from now on, until the next word. */
export type Fault = 'none' | 'silent' | 'slow' | 'status 500' | 'status 429' | 'pending' | 'refund fails once'

/** A provider that runs, and what a test does to it beside the port. */
export interface ProviderUnderTest {
  readonly provider: PaymentProvider
  /** The same provider; its requests have {@link hastyMs} to be answered. */
  readonly hasty: PaymentProvider
  /** The clock of both, which stands still at a whole second. */
  readonly now: number
  /** Begins a scenario; a recorded provider has its requests and answers under this name. */
  begin(scenario: string): Promise<void>
  /** Ends it; throws for a request that the recording does not have, and for one that was not made. */
  end(): Promise<void>
  behave(paymentId: string, fault: Fault): Promise<void>
  /** The payer pays. */
  pay(payment: ProviderPayment): Promise<void>
  /** Makes more payments than a page has; returns their ids and the range of their creation. */
  manyPayments(): Promise<{
    readonly ids: readonly string[]
    readonly createdFrom: number
    readonly createdBefore: number
  }>
  /** The callback of the capture of a payment, as it came. */
  captureCallback(payment: ProviderPayment): Promise<CallbackRequest>
  /** A callback that the provider would send with this body; `signedAt` in epoch milliseconds. */
  signed(body: string | Buffer, signedAt: number): CallbackRequest
  /** The body of a genuine callback that is of no interest to the sale. */
  readonly ofNoInterest: string
  stop(): Promise<void>
}

/** The time in which the hasty provider wants an answer, in milliseconds. */
export const hastyMs = 300

/** The request of a test: the scenario is the sale's id of its payment. */
export function requestOf(scenario: string, now: number): PaymentRequest {
  return {
    paymentId: scenario,
    providerPaymentId: null,
    requestedAt: now,
    amountMinor: 990,
    currency: 'CNY',
    description: '一张优惠券 & more',
    expiresAt: now + 900_000,
    returnUrl: 'http://shop.example/orders/7?lang=zh',
  }
}

/** Describes what every implementation of the port does; its own test starts the provider and calls this. */
export function describePaymentProvider(name: string, start: () => Promise<ProviderUnderTest>): void {
  describe(`the payment provider ${name}`, () => {
    let under: ProviderUnderTest
    beforeAll(async () => {
      under = await start()
    })
    afterAll(() => under.stop())

    /** A test with a payment of its own. */
    const scenario = (key: string, title: string, run: (request: PaymentRequest) => Promise<void>) =>
      it(title, async () => {
        await under.begin(key)
        await run(requestOf(key, under.now))
        await under.end()
      })
    const captured = async (request: PaymentRequest) => {
      const payment = await under.provider.create(request)
      await under.pay(payment)
      return payment
    }
    const refundOf = (payment: ProviderPayment, attempt: number, amountMinor = payment.amountMinor) => ({
      attemptId: `${payment.paymentId}-${attempt}`,
      providerPaymentId: payment.id,
      amountMinor,
      currency: payment.currency,
      reason: 'the order had closed before the money came',
    })

    describe('create', () => {
      scenario(
        'create',
        'makes an open payment with what was requested, and the address of its page',
        async (request) => {
          const payment = await under.provider.create(request)
          expect(payment).toMatchObject({ paymentId: 'create', state: 'open', amountMinor: 990, currency: 'CNY' })
          expect(payment.refundedMinor).toBe(0)
          expect(URL.canParse(payment.payUrl ?? '')).toBe(true)
        },
      )

      scenario(
        'create-twice',
        'makes one payment when it is called twice, and then tells its state',
        async (request) => {
          const first = await captured(request)
          const second = await under.provider.create(request)
          expect(second).toEqual({ ...first, state: 'captured', payUrl: null })
        },
      )

      scenario('create-other-texts', 'finds the payment that was made with other texts', async (request) => {
        const first = await under.provider.create(request)
        const second = await under.provider.create({ ...request, description: 'another text' })
        expect(second).toEqual(first)
      })

      scenario('create-other-amount', 'is refused where the payment is of another amount', async (request) => {
        await under.provider.create(request)
        const refused = under.provider.create({ ...request, amountMinor: 991 })
        await expect(refused).rejects.toMatchObject({ name: 'PaymentRefusedError', code: 'OTHER_AMOUNT' })
      })

      scenario('create-refused', 'is refused for good with the code of the provider', async (request) => {
        const error = await under.provider.create({ ...request, currency: 'XQX' }).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(PaymentRefusedError)
        expect((error as PaymentRefusedError).code).toMatch(/^\w+$/)
        expect((error as Error).message).toMatch(/POST http.* was refused with .*currency/)
      })
    })

    describe('close', () => {
      scenario('close', 'closes an open payment, and answers the same again', async (request) => {
        const { id } = await under.provider.create(request)
        const known = { ...request, providerPaymentId: id }
        const first = await under.provider.close(known)
        expect(first).toMatchObject({ id, state: 'closed', payUrl: null })
        expect(await under.provider.close(known)).toEqual(first)
      })

      scenario('close-captured', 'answers that a captured payment is captured', async (request) => {
        const { id } = await captured(request)
        expect(await under.provider.close({ ...request, providerPaymentId: id })).toMatchObject({
          id,
          state: 'captured',
        })
      })

      scenario('close-answer-lost', 'closes the payment of which the sale did not get the id', async (request) => {
        const { id } = await under.provider.create(request)
        expect(await under.provider.close(request)).toMatchObject({ id, state: 'closed' })
      })

      scenario(
        'close-then-create',
        'of an unknown payment lets a creation that comes later find it closed',
        async (request) => {
          const payment = await under.provider.close(request)
          expect(payment.state).toBe('closed')
          expect(await under.provider.create(request)).toEqual(payment)
        },
      )

      scenario('close-behind-expiry', 'of an unknown payment behind its expiry does the same', async (request) => {
        const over = { ...request, expiresAt: under.now - 1_000 }
        const payment = await under.provider.close(over)
        expect(payment.state).toBe('closed')
        expect(await under.provider.create(over)).toEqual(payment)
      })

      scenario(
        'close-pending',
        'leaves a pending payment as it is; closed later it tells how that ended',
        async (request) => {
          await under.behave(request.paymentId, 'pending')
          const { id } = await captured(request)
          const known = { ...request, providerPaymentId: id }
          expect(await under.provider.close(known)).toMatchObject({ id, state: 'pending', payUrl: null })
          expect(await under.provider.find(known)).toMatchObject({ id, state: 'pending' })
          const state = async () => (await under.provider.close(known)).state
          await expect.poll(state).toBe('captured')
        },
      )
    })

    describe('find', () => {
      scenario('find', 'tells a payment as it is, by either id', async (request) => {
        const { id } = await captured(request)
        const payment = await under.provider.find(request)
        expect(payment).toMatchObject({ id, paymentId: 'find', state: 'captured' })
        expect(await under.provider.find({ ...request, providerPaymentId: id })).toEqual(payment)
      })

      scenario('find-nothing', 'tells that there is none, by either id', async (request) => {
        expect(await under.provider.find(request)).toBeUndefined()
        expect(await under.provider.find({ ...request, providerPaymentId: 'none' })).toBeUndefined()
      })
    })

    it('list gives each payment of a time range once, in pages', async () => {
      await under.begin('list')
      const { ids, ...range } = await under.manyPayments()
      const listed: string[] = []
      let pages = 0
      for (let cursor: string | null | undefined; cursor !== null; pages += 1) {
        const page = await under.provider.list({ ...range, ...(cursor === undefined ? {} : { cursor }) })
        listed.push(...page.payments.map(({ paymentId }) => paymentId))
        cursor = page.cursor
      }
      expect(pages).toBeGreaterThan(1)
      expect(listed.toSorted()).toEqual(ids.toSorted())
      await under.end()
    })

    describe('refund', () => {
      scenario('refund-twice', 'is made once when it is called twice', async (request) => {
        const payment = await captured(request)
        const first = await under.provider.refund(refundOf(payment, 1, 300))
        expect(first).toMatchObject({ providerPaymentId: payment.id, amountMinor: 300, state: 'succeeded' })
        expect(await under.provider.refund(refundOf(payment, 1, 300))).toEqual(first)
        expect(await under.provider.findRefund(first.id)).toEqual(first)
        const found = await under.provider.find({ ...request, providerPaymentId: payment.id })
        expect(found).toMatchObject({ state: 'captured', refundedMinor: 300 })
      })

      scenario('refund-fails', 'that failed stays failed, and a further attempt can succeed', async (request) => {
        await under.behave(request.paymentId, 'refund fails once')
        const payment = await captured(request)
        const first = await under.provider.refund(refundOf(payment, 1))
        expect(first.state).toBe('failed')
        expect(await under.provider.refund(refundOf(payment, 1))).toEqual(first)
        const second = await under.provider.refund(refundOf(payment, 2))
        expect([second.state, second.id === first.id]).toEqual(['succeeded', false])
      })

      scenario(
        'refund-refused',
        'of more than was captured is refused, and so is one of an open payment',
        async (request) => {
          const payment = await under.provider.create(request)
          await expect(under.provider.refund(refundOf(payment, 1))).rejects.toBeInstanceOf(PaymentRefusedError)
          await under.pay(payment)
          await expect(under.provider.refund(refundOf(payment, 2, 991))).rejects.toBeInstanceOf(PaymentRefusedError)
        },
      )
    })

    describe('a request', () => {
      scenario('silent', 'without an answer ends after its timeout; repeated, it was made once', async (request) => {
        await under.behave(request.paymentId, 'silent')
        const lost = under.hasty.create(request)
        await expect(lost).rejects.toBeInstanceOf(ProviderUnavailableError)
        await expect(lost).rejects.toThrow(new RegExp(`POST http.* had no answer within ${hastyMs} ms`))
        await under.behave(request.paymentId, 'none')
        const payment = await under.provider.create(request)
        expect(await under.provider.find(request)).toEqual(payment)
      })

      scenario('slow', 'that is slow is answered within its timeout', async (request) => {
        await under.behave(request.paymentId, 'slow')
        expect((await under.provider.create(request)).state).toBe('open')
      })

      scenario('aborted', 'that its caller breaks off ends with the reason of the caller', async (request) => {
        await under.behave(request.paymentId, 'silent')
        const caller = new AbortController()
        const create = under.provider.create(request, caller.signal)
        caller.abort(new Error('the worker shuts down'))
        await expect(create).rejects.toThrow('the worker shuts down')
        expect(under.provider.circuit()).toBe('closed')
      })

      for (const status of ['status 500', 'status 429'] as const) {
        scenario(status.replace(' ', '-'), `that is answered with ${status} is told with it`, async (request) => {
          await under.behave(request.paymentId, status)
          const refused = under.provider.create(request)
          await expect(refused).rejects.toBeInstanceOf(ProviderUnavailableError)
          await expect(refused).rejects.toThrow(new RegExp(`POST http.* was answered with ${status}`))
        })
      }
    })

    describe('a callback', () => {
      let genuine: CallbackRequest
      let payment: ProviderPayment
      beforeAll(async () => {
        await under.begin('callback')
        payment = await captured(requestOf('callback', under.now))
        genuine = await under.captureCallback(payment)
        await under.end()
      })

      /** The reason for which a callback is rejected. */
      const rejection = (request: CallbackRequest) => {
        try {
          return under.provider.readCallback(request)
        } catch (error) {
          if (error instanceof CallbackRejectedError) return error.reason
          throw error
        }
      }

      it('that is genuine tells the payment as it was captured', () => {
        const read = under.provider.readCallback(genuine)
        const expected = { ...payment, state: 'captured', payUrl: null }
        expect(read).toEqual({ kind: 'payment', messageId: expect.stringMatching(/./), payment: expected })
      })

      it('that comes again has the same message id', () => {
        const [first, second] = [under.provider.readCallback(genuine), under.provider.readCallback({ ...genuine })]
        expect(second).toEqual(first)
      })

      it.each([-300, 0, 300])('that was signed %i s from now is taken', (seconds) => {
        expect(rejection(under.signed(genuine.body, under.now + seconds * 1_000))).toMatchObject({ kind: 'payment' })
      })

      it.each([-301, 301, -86_400])('that was signed %i s from now is stale', (seconds) => {
        expect(rejection(under.signed(genuine.body, under.now + seconds * 1_000))).toBe('STALE')
      })

      it('without a signature, or with one header less, is unsigned', () => {
        expect(rejection({ headers: {}, body: genuine.body })).toBe('UNSIGNED')
        const signed = under.signed(genuine.body, under.now)
        for (const header of Object.keys(signed.headers)) {
          expect(rejection({ ...signed, headers: { ...signed.headers, [header]: undefined } })).toBe('UNSIGNED')
        }
      })

      it('of which any byte was changed is unsigned, also when it is old', () => {
        for (const signedAt of [under.now, under.now - 86_400_000]) {
          const { headers, body } = under.signed(genuine.body, signedAt)
          for (const place of [0, Math.floor(body.length / 2), body.length - 1]) {
            const changed = Buffer.from(body)
            changed[place] = (changed[place] ?? 0) ^ 1
            expect(rejection({ headers, body: changed })).toBe('UNSIGNED')
          }
        }
      })

      it('whose signed time was changed is unsigned', () => {
        const { headers, body } = under.signed(genuine.body, under.now - 86_400_000)
        const [old, now] = [under.now - 86_400_000, under.now].map((time) => String(Math.floor(time / 1_000)))
        const moved = Object.entries(headers).map(([name, value]) => [name, value?.replace(old ?? '', now ?? '')])
        expect(rejection({ headers: Object.fromEntries(moved), body })).toBe('UNSIGNED')
      })

      it('that is signed and no callback is malformed', () => {
        const text = genuine.body.toString()
        const amounts = ['"990"', '-1', '9.9'].map((amount) => text.replaceAll(/("amount\w*": ?)990/g, `$1${amount}`))
        const bodies = ['', 'null', '[]', '{}', text.slice(0, -1), ...amounts]
        for (const body of bodies) expect([body, rejection(under.signed(body, under.now))]).toEqual([body, 'MALFORMED'])
      })

      it('of no interest to the sale is undefined', () => {
        expect(under.provider.readCallback(under.signed(under.ofNoInterest, under.now))).toBeUndefined()
      })
    })
  })
}
