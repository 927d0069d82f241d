import { MoneyField, minorOf, NumberField, TitleField } from '../frame/fields.js'
import { localInput } from '../frame/time.js'
import type { Campaign } from './campaign.js'

/** The terms of a campaign, as its form has them. */
type Terms = Pick<Campaign, 'beginsAt' | 'endsAt' | 'limitPerUser' | 'priceMinor' | 'payWindowMs' | 'currency'>

const minute = 60_000

function TimeField({ label, name, value }: { readonly label: string; readonly name: string; readonly value: number }) {
  return (
    <label>
      {label}
      <input type="datetime-local" step="1" name={name} required defaultValue={localInput(value)} />
    </label>
  )
}

/** The fields of the terms that an edit can change. */
export function TermsFields({ beginsAt, endsAt, limitPerUser, priceMinor, payWindowMs, currency }: Terms) {
  return (
    <div class="fields">
      <TimeField label="Begins" name="beginsAt" value={beginsAt} />
      <TimeField label="Ends" name="endsAt" value={endsAt} />
      <MoneyField label="Price" name="price" currency={currency} minor={priceMinor} />
      <NumberField label="Limit per user" name="limitPerUser" value={limitPerUser} least={1} />
      <NumberField label="Minutes to pay" name="payMinutes" value={payWindowMs / minute} least={0.05} step="any" />
    </div>
  )
}

/** The fields of a new campaign. */
export function NewCampaignFields() {
  const now = Math.floor(Date.now() / minute) * minute
  const terms = { beginsAt: now, endsAt: now + 60 * minute, limitPerUser: 1, priceMinor: 990, payWindowMs: 15 * minute }
  return (
    <>
      <div class="fields">
        <NumberField label="Voucher id" name="voucherId" least={1} />
        <TitleField />
        <NumberField label="Units" name="total" value={100} least={1} />
        <MoneyField label="List price" name="listPrice" currency="CNY" minor={9_900} />
      </div>
      <TermsFields {...terms} currency="CNY" />
    </>
  )
}

/** The terms in a form, as the API takes them. */
export function termsOf(form: FormData, currency: string) {
  const time = (name: string) => new Date(String(form.get(name))).getTime()
  return {
    beginsAt: time('beginsAt'),
    endsAt: time('endsAt'),
    priceMinor: minorOf(form.get('price'), currency),
    limitPerUser: Number(form.get('limitPerUser')),
    payWindowMs: Math.round(Number(form.get('payMinutes')) * minute),
  }
}

/** The body that creates the campaign of a form; an operator moves it by himself. */
export function newCampaignOf(form: FormData) {
  const currency = 'CNY'
  return {
    voucherId: Number(form.get('voucherId')),
    voucher: { title: String(form.get('title')), listPriceMinor: minorOf(form.get('listPrice'), currency), currency },
    total: Number(form.get('total')),
    ...termsOf(form, currency),
    autopilot: false,
  }
}
