/** A voucher id that no earlier demo had: the moment in UTC as yymmddhhmmss and a digit of its own. */
export function newVoucherId(now: Date = new Date()): number {
  const digits = now.toISOString().replaceAll(/\D/g, '')
  return Number(digits.slice(2, 15))
}
