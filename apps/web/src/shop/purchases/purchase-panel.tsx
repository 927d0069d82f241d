import { useState } from 'preact/hooks'
import { Refused } from '../../api/ask.js'
import { moneyText, timeText } from '../../ui/format.js'
import { Countdown, useServerNow } from '../clock/countdown.js'
import { useShop } from '../shop-context.js'
import type { Texts } from '../texts/texts.js'
import { isCancellable, type Purchase, type PurchaseState, stateOf } from './purchase.js'

const tones: Readonly<Record<PurchaseState, 'good' | 'busy' | 'bad' | 'quiet'>> = {
  QUEUED: 'busy',
  PROCESSING: 'busy',
  AWAITING_PAYMENT: 'good',
  CLOSING: 'busy',
  PAID: 'good',
  REFUSED: 'bad',
  CANCELLED: 'quiet',
  EXPIRED: 'bad',
  REFUNDED: 'quiet',
  ATTENTION: 'busy',
}

/** One purchase: what happened, what to do next, and the buttons for it. */
export function PurchasePanel({ purchase }: { readonly purchase: Purchase }) {
  const { texts, language } = useShop()
  const state = stateOf(purchase)
  const { title, next } = texts.state[state]
  const reason = reasonText(purchase, texts)
  return (
    <section class={`purchase ${tones[state]}`} data-state={state}>
      <h3>{title}</h3>
      {reason !== undefined && <p>{reason}</p>}
      {purchase.refund ? <Refund refund={purchase.refund} /> : <p>{next}</p>}
      {state === 'QUEUED' && <QueuePlace purchase={purchase} />}
      {state === 'AWAITING_PAYMENT' && <TimeToPay purchase={purchase} />}
      <Actions purchase={purchase} />
      <p class="note">
        {purchase.quantity > 1 && <span>{texts.quantity(purchase.quantity)} · </span>}
        {texts.boughtAt(timeText(purchase.admittedAt, language))}
        <br />
        {texts.trace(purchase.traceId)}
      </p>
    </section>
  )
}

function reasonText({ status, reason }: Purchase, texts: Texts): string | undefined {
  if (reason === null || reason === undefined) return undefined
  // The title says these already.
  if (status === 'EXPIRED' || (status === 'CANCELLED' && reason === 'CANCELLED_BY_BUYER')) return undefined
  return texts.reasons[reason] ?? texts.unknownReason(reason)
}

function Refund({ refund }: { readonly refund: NonNullable<Purchase['refund']> }) {
  const { texts, language } = useShop()
  const amount = moneyText(refund.amountMinor, refund.currency, language)
  return <p>{refund.state === 'DONE' ? texts.refunded(amount) : texts.refunding(amount)}</p>
}

function QueuePlace({ purchase: { place, expectedWait } }: { readonly purchase: Purchase }) {
  const { texts } = useShop()
  const parts = [
    typeof place === 'number' ? texts.place(place) : '',
    expectedWait ? texts.wait(secondsOf(expectedWait.expectedMs), secondsOf(expectedWait.errorMs)) : '',
  ]
  const text = parts.filter((part) => part !== '').join(' ')
  return text === '' ? null : <p class="place">{text}</p>
}

function secondsOf(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000))
}

function TimeToPay({ purchase: { payBefore, extendedUntil } }: { readonly purchase: Purchase }) {
  const { texts, language } = useShop()
  const now = useServerNow()
  const until = extendedUntil ?? payBefore
  if (until === undefined) return null
  return (
    <>
      {typeof extendedUntil === 'number' && <p>{texts.extended}</p>}
      {now !== undefined && <Countdown label={texts.payWithin} until={until} now={now} />}
      <p class="note">{texts.payBefore(timeText(until, language))}</p>
    </>
  )
}

function Actions({ purchase }: { readonly purchase: Purchase }) {
  const { texts, purchases } = useShop()
  const [isAsking, setAsking] = useState(false)
  const [isSure, setSure] = useState(false)
  const [fault, setFault] = useState<string>()
  const { orderId, traceId } = purchase
  const payable = stateOf(purchase) === 'AWAITING_PAYMENT' ? orderId : undefined

  const act = async (action: () => Promise<void>): Promise<void> => {
    setAsking(true)
    setFault(undefined)
    try {
      await action()
    } catch (error) {
      setFault(error instanceof Refused ? error.message : texts.offline)
      await purchases.refresh()
    } finally {
      setAsking(false)
      setSure(false)
    }
  }

  if (payable === undefined && !isCancellable(purchase)) return null
  return (
    <div class="actions">
      {fault !== undefined && <p role="alert">{fault}</p>}
      {payable !== undefined && !isSure && (
        <button type="button" class="main" disabled={isAsking} onClick={() => void act(() => purchases.pay(payable))}>
          {texts.pay}
        </button>
      )}
      {isCancellable(purchase) && !isSure && (
        <button type="button" disabled={isAsking} onClick={() => setSure(true)}>
          {texts.cancel}
        </button>
      )}
      {isSure && (
        <fieldset>
          <legend>{texts.cancelSure}</legend>
          <button type="button" disabled={isAsking} onClick={() => void act(() => purchases.cancel(traceId))}>
            {texts.cancelYes}
          </button>
          <button type="button" disabled={isAsking} onClick={() => setSure(false)}>
            {texts.cancelNo}
          </button>
        </fieldset>
      )}
    </div>
  )
}
