interface NumberFieldProps {
  readonly label: string
  readonly name: string
  readonly value?: number
  readonly least?: number
  readonly step?: string
}

/** A field of a number that is required. */
export function NumberField({ label, name, value, least = 0, step = '1' }: NumberFieldProps) {
  return (
    <label>
      {label}
      <input type="number" name={name} required min={least} step={step} defaultValue={value} />
    </label>
  )
}

interface MoneyFieldProps {
  readonly label: string
  readonly name: string
  readonly currency: string
  /** In the currency's minor units. */
  readonly minor: number
}

/** A field of an amount of money, in whole units of its currency. */
export function MoneyField({ label, name, currency, minor }: MoneyFieldProps) {
  const scale = minorUnits(currency)
  return <NumberField label={`${label}, ${currency}`} name={name} value={minor / scale} step={String(1 / scale)} />
}

/** The amount of a money field in minor units. */
export function minorOf(value: FormDataEntryValue | null, currency: string): number {
  return Math.round(Number(value) * minorUnits(currency))
}

/** Minor units in one unit of a currency. */
function minorUnits(currency: string): number {
  return (
    10 ** (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)
  )
}

/** A field of a voucher's title. */
export function TitleField({ value }: { readonly value?: string }) {
  return (
    <label>
      Title
      <input name="title" required maxLength={200} dir="auto" defaultValue={value} />
    </label>
  )
}
