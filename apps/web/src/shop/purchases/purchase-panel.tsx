import { useEffect, useRef, useState } from 'preact/hooks'
import { Refused } from 'seckill-client/public'
import { moneyText, timeText } from '../../ui/format.js'
import type { Language } from '../../ui/language.js'
import { Countdown, useServerNow } from '../clock/countdown.js'
import { useShop } from '../shop-context.js'
import type { Texts } from '../texts/texts.js'
import { isCancellable, type Purchase, type PurchaseState, type Refund, refundOf, stateOf } from './purchase.js'
import { type ToldWait, toldAfter, wholeSeconds } from './told-wait.js'

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
  const refund = refundOf(purchase)
  return (
    <section class={`purchase ${tones[state]}`} data-state={state}>
      <h3>{title}</h3>
      {reason !== undefined && <p>{reason}</p>}
      <p>{refund === null ? next : refundText(refund, texts, language)}</p>
      {purchase.status === 'QUEUED' && <QueuePlace {...purchase} />}
      {purchase.status === 'AWAITING_PAYMENT' && !purchase.isClosing && <TimeToPay {...purchase} />}
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

function reasonText(purchase: Purchase, texts: Texts): string | undefined {
  if (!('reason' in purchase) || purchase.reason === null) return undefined
  const { status, reason } = purchase
  // The title says these already.
  if (status === 'EXPIRED' || (status === 'CANCELLED' && reason === 'CANCELLED_BY_BUYER')) return undefined
  return texts.reasons[reason] ?? texts.unknownReason(reason)
}

function refundText({ state, amountMinor, currency }: Refund, texts: Texts, language: Language): string {
  const amount = moneyText(amountMinor, currency, language)
  return state === 'DONE' ? texts.refunded(amount) : texts.refunding(amount)
}

type InState<S extends Purchase['status']> = Extract<Purchase, { readonly status: S }>

/** The place in the queue never rises: a wait that does is of a slower queue. */
function QueuePlace({ place, expectedWait }: InState<'QUEUED'>) {
  const { texts } = useShop()
  const told = useRef<ToldWait | undefined>(undefined)
  if (expectedWait !== null) told.current = toldAfter(told.current, expectedWait.expectedMs)
  const parts = [
    place === null ? '' : texts.place(place),
    expectedWait === null ? '' : texts.wait(wholeSeconds(expectedWait.expectedMs), wholeSeconds(expectedWait.errorMs)),
    expectedWait !== null && told.current?.hasRisen ? texts.slower : '',
  ]
  const text = parts.filter((part) => part !== '').join(' ')
  return text === '' ? null : <p class="place">{text}</p>
}

function TimeToPay({ payBefore, extendedUntil }: InState<'AWAITING_PAYMENT'>) {
  const { texts, language } = useShop()
  const now = useServerNow()
  const until = extendedUntil ?? payBefore
  return (
    <>
      {extendedUntil !== null && <p>{texts.extended}</p>}
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
  const { question, cancel } = useFocusOf(isSure)
  const { traceId } = purchase
  const payable = purchase.status === 'AWAITING_PAYMENT' && !purchase.isClosing ? purchase.orderId : undefined

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
        <button ref={cancel} type="button" disabled={isAsking} onClick={() => setSure(true)}>
          {texts.cancel}
        </button>
      )}
      {isSure && (
        <fieldset ref={question} tabIndex={-1}>
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

/** Moves the focus to a question that takes the place of its button, and back. */
function useFocusOf(isAsked: boolean) {
  const question = useRef<HTMLFieldSetElement>(null)
  const cancel = useRef<HTMLButtonElement>(null)
  const wasAsked = useRef(isAsked)
  useEffect(() => {
    if (isAsked) question.current?.focus()
    else if (wasAsked.current) cancel.current?.focus()
    wasAsked.current = isAsked
  }, [isAsked])
  return { question, cancel }
}
