import fc from 'fast-check'
import { expect, it } from 'vitest'
import { behaviourAtLarge } from '../behaviour/behaviour.js'
import { createBehaviours } from '../behaviour/behaviours.js'
import { failAttempt, pay } from './attempt.js'
import { closePayment } from './close.js'
import { createPayment } from './create-payment.js'
import { type Entry, entry } from './entry.js'
import type { Provider } from './provider.js'
import type { Callback, Payment, Terms } from './records.js'
import { requestRefund } from './refund.js'
import { Refusal } from './refusal.js'
import { resume } from './resume.js'
import { type Change, ChangeRefused, createStore } from './store.js'
import { isCaptured } from './transitions.js'

const amount = 1_000

/** A provider in memory whose clock moves only by `advance`; its timers run when the clock has passed them. */
function providerInMemory(
  behaviour: Readonly<Record<string, unknown>>,
  lines: readonly string[] = [],
  startAt = 1_000_000,
) {
  const store = createStore()
  for (const line of lines) store.take(entry.parse(JSON.parse(line)))
  const written: Entry[] = []
  const changes: Change[] = []
  const delivered: Callback[] = []
  const timers: { readonly time: number; readonly work: () => void }[] = []
  let time = startAt
  const provider: Provider = {
    store,
    journal: { append: (one) => void written.push(one), durable: () => Promise.resolve() },
    behaviours: createBehaviours(behaviourAtLarge.parse(behaviour)),
    timers: { at: (due, work) => void timers.push({ time: due, work }), stop: () => {} },
    maxRecords: 1_000,
    now: () => time,
    paymentUrl: (id) => `http://provider/pay/${id}`,
    deliver: (callback) => void delivered.push(callback),
    onChange: (change) => void changes.push(change),
  }
  return {
    provider,
    written,
    changes,
    lines: () => written.map((one) => JSON.stringify(one)),
    now: () => time,
    stopTimers: () => void timers.splice(0),
    advance(milliseconds: number) {
      time += milliseconds
      for (;;) {
        timers.sort((one, other) => one.time - other.time)
        if ((timers[0]?.time ?? Number.POSITIVE_INFINITY) > time) return
        timers.shift()?.work()
      }
    },
  }
}

function termsAt(now: number): Terms {
  return {
    merchantReference: 'order-7',
    amount,
    currency: 'CNY',
    description: 'One voucher',
    expiresAt: now + 1_000,
    returnUrl: 'http://shop.example/',
    callbackUrl: 'http://shop.example/callbacks',
  }
}

const action = fc.oneof(
  fc.record({ does: fc.constantFrom('pay', 'fail', 'close') }),
  fc.record({
    does: fc.constant('refund'),
    amount: fc.integer({ min: 1, max: amount }),
    key: fc.integer({ min: 0, max: 5 }),
  }),
  fc.record({ does: fc.constant('wait'), milliseconds: fc.integer({ min: 0, max: 700 }) }),
)
type Action = { readonly does: string; readonly amount?: number; readonly key?: number; readonly milliseconds?: number }

const behaviour = fc.record({
  seed: fc.nat(),
  captureFailsShare: fc.constantFrom(0, 0.5),
  capturePendingShare: fc.constantFrom(0, 0.5),
  capturePendingMs: fc.constantFrom(0, 300, 3_000),
  captureAfterCloseShare: fc.constantFrom(0, 0.5, 1),
  captureAfterCloseMs: fc.constantFrom(0, 300),
  refundFailures: fc.nat(2),
  refundPendingMs: fc.constantFrom(0, 200),
})

type Memory = ReturnType<typeof providerInMemory>

function perform({ provider, advance }: Memory, id: string, step: Action): void {
  try {
    if (step.does === 'pay') pay(provider, id)
    else if (step.does === 'fail') failAttempt(provider, id)
    else if (step.does === 'close') closePayment(provider, id)
    else if (step.does === 'refund')
      requestRefund(provider, id, `key-${step.key}`, { amount: step.amount ?? 1, reason: '' })
    else advance(step.milliseconds ?? 0)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

/** Money that is back with the payer, or on its way, counted from the refunds themselves. */
function refundedOf({ provider }: Memory, id: string) {
  const refunds = provider.store.refundsOf(id)
  const sum = (state: string) =>
    refunds.filter((one) => one.state === state).reduce((total, one) => total + one.amount, 0)
  return { succeeded: sum('succeeded'), pending: sum('pending') }
}

function checkMoney(memory: Memory, payment: Payment): void {
  const { succeeded, pending } = refundedOf(memory, payment.id)
  expect([payment.refundedAmount, payment.pendingAmount]).toEqual([succeeded, pending])
  expect(succeeded + pending).toBeLessThanOrEqual(amount)
  if (!isCaptured(payment.state)) expect(succeeded + pending).toBe(0)
  if (isCaptured(payment.state)) {
    expect(payment.state).toBe(succeeded === 0 ? 'captured' : succeeded === amount ? 'refunded' : 'partlyRefunded')
  }
}

it('no sequence of actions breaks the money of a payment, forgets a capture, or leaves a change without its one callback', () => {
  fc.assert(
    fc.property(behaviour, fc.array(action, { maxLength: 30 }), (told, steps: readonly Action[]) => {
      const memory = providerInMemory(told)
      const { id } = createPayment(memory.provider, 'create', termsAt(memory.now())).record
      let wasCaptured = false
      for (const step of steps) {
        perform(memory, id, step)
        const payment = memory.provider.store.payment(id)
        if (payment === undefined) throw new Error('The payment is gone.')
        checkMoney(memory, payment)
        expect(isCaptured(payment.state) || !wasCaptured).toBe(true)
        wasCaptured = isCaptured(payment.state)
      }
      memory.advance(10_000)
      const ended = memory.provider.store.payment(id)
      expect(['open', 'pending']).not.toContain(ended?.state)
      expect(ended?.pendingAmount).toBe(0)
      for (const { verb, refund, callback } of memory.changes) {
        const isTold = verb !== 'create' && (refund === undefined || refund.next.state !== 'pending')
        expect(callback !== undefined).toBe(isTold)
      }
    }),
  )
})

it('a store made again from the journal or from its snapshot goes on to the same end', () => {
  fc.assert(
    fc.property(behaviour, fc.array(action, { maxLength: 20 }), (told, steps: readonly Action[]) => {
      const first = providerInMemory(told)
      const { id } = createPayment(first.provider, 'create', termsAt(first.now())).record
      for (const step of steps) perform(first, id, step)
      const snapshot = [...first.provider.store.snapshot()].map((one) => JSON.stringify(one))
      const replayed = providerInMemory(told, first.lines(), first.now())
      const compacted = providerInMemory(told, snapshot, first.now())
      for (const again of [replayed, compacted]) {
        expect(again.provider.store.payment(id)).toEqual(first.provider.store.payment(id))
        expect(again.provider.store.refundsOf(id)).toEqual(first.provider.store.refundsOf(id))
        expect(again.provider.store.pendingCallbacks()).toEqual(first.provider.store.pendingCallbacks())
        resume(again.provider)
        again.advance(10_000)
      }
      first.advance(10_000)
      const end = first.provider.store.payment(id)
      for (const again of [replayed, compacted]) {
        expect(again.provider.store.payment(id)).toEqual(end)
      }
    }),
  )
})

it('a payment cannot be paid at its expiry or later, also when its timer is late', () => {
  for (const lateMs of [0, 1, 50]) {
    const { provider, now, advance, stopTimers } = providerInMemory({})
    const { id, terms } = createPayment(provider, 'create', termsAt(now())).record
    stopTimers()
    advance(terms.expiresAt - now() + lateMs)
    expect(() => pay(provider, id)).toThrow('PAYMENT_CLOSED')
    expect(provider.store.payment(id)?.closedBy).toBe('expiry')
  }
})

it('a payment that is pending at its expiry is captured all the same, or closed when its attempt fails', () => {
  for (const [captureFailsShare, end] of [
    [0, 'captured'],
    [1, 'closed'],
  ]) {
    const told = { capturePendingShare: 1, capturePendingMs: 5_000, captureFailsShare }
    const { provider, now, advance } = providerInMemory(told)
    const { id, terms } = createPayment(provider, 'create', termsAt(now())).record
    pay(provider, id)
    advance(terms.expiresAt - now() + 1)
    expect(provider.store.payment(id)?.state).toBe('pending')
    advance(5_000)
    expect(provider.store.payment(id)?.state).toBe(end)
  }
})

it('a change of a record that was read before another change is refused, and changes nothing', () => {
  const { provider, now } = providerInMemory({})
  const read = createPayment(provider, 'create', termsAt(now())).record
  closePayment(provider, read.id)
  const late: Change = { verb: 'capture', expected: read, payment: { ...read, version: 2, state: 'captured' } }
  expect(() => provider.store.change(late)).toThrow(ChangeRefused)
  expect(provider.store.payment(read.id)?.state).toBe('closed')
})

it('a change that the table does not allow is refused', () => {
  const { provider, now } = providerInMemory({})
  const { id } = createPayment(provider, 'create', termsAt(now())).record
  const closed = closePayment(provider, id)
  const reopened: Change = { verb: 'fail', expected: closed, payment: { ...closed, version: 3, state: 'open' } }
  const skipping: Change = {
    verb: 'captureLate',
    expected: closed,
    payment: { ...closed, version: 4, state: 'captured' },
  }
  for (const change of [reopened, skipping]) expect(() => provider.store.change(change)).toThrow(ChangeRefused)
})

it('payments and refunds together are bounded', () => {
  const { provider, now } = providerInMemory({})
  for (let index = 0; index < provider.maxRecords; index += 1) createPayment(provider, `key-${index}`, termsAt(now()))
  expect(() => createPayment(provider, 'one-more', termsAt(now()))).toThrow('FULL')
  expect(createPayment(provider, 'key-0', termsAt(now())).replayed).toBe(true)
})
