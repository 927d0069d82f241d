/** A voucher id that no earlier demo had: the time in UTC as yymmddhhmmss and tenths of a second. */
export function newVoucherId(now: Date = new Date()): number {
  const digits = now.toISOString().replaceAll(/\D/g, '')
  return Number(digits.slice(2, 15))
}
