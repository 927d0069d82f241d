import { localInput } from '../frame/time.js'
import type { Campaign } from './campaign.js'

/** The terms of a campaign, as its form has them. */
type Terms = Pick<Campaign, 'beginsAt' | 'endsAt' | 'limitPerUser' | 'priceMinor' | 'payWindowMs' | 'currency'>

const minute = 60_000

/** Minor units in one unit of a currency. */
function minorUnits(currency: string): number {
  return (
    10 ** (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly name: string
  readonly value?: number
  readonly least?: number
  readonly step?: string
}

function NumberField({ label, name, value, least = 0, step = '1' }: NumberFieldProps) {
  return (
    <label>
      {label}
      <input type="number" name={name} required min={least} step={step} defaultValue={value} />
    </label>
  )
}

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
  const scale = minorUnits(currency)
  return (
    <div class="fields">
      <TimeField label="Begins" name="beginsAt" value={beginsAt} />
      <TimeField label="Ends" name="endsAt" value={endsAt} />
      <NumberField label={`Price, ${currency}`} name="price" value={priceMinor / scale} step={String(1 / scale)} />
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
        <label>
          Title
          <input name="title" required maxLength={200} dir="auto" />
        </label>
        <NumberField label="Units" name="total" value={100} least={1} />
        <NumberField label="List price, CNY" name="listPrice" value={99} step="0.01" />
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

function minorOf(value: FormDataEntryValue | null, currency: string): number {
  return Math.round(Number(value) * minorUnits(currency))
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
