import { InvalidArgumentError } from 'commander'

/** A whole number from `min` to `max`, as an option's value. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text.replaceAll(/[_,]/g, ''))
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= min && value <= max) return value
    const upper = max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`
    throw new InvalidArgumentError(`It must be a whole number, at least ${min}${upper}.`)
  }
}

/** A share from 0 to 1, as an option's value. */
export function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It must be a share from 0 to 1.')
}

/** A moment in ISO 8601, as epoch milliseconds. */
export function instant(text: string): number {
  const value = Date.parse(text)
  if (!Number.isNaN(value)) return value
  throw new InvalidArgumentError('It must be a time such as 2026-11-27T20:00:00+08:00.')
}
