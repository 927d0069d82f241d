/** The least and the greatest integer that a field may have. */
export interface Limits {
  readonly least: number
  readonly most: number
}

/** 9999-12-31T23:59:59.999Z in epoch milliseconds; a sale without an end may end here. */
const lastMoment = 253_402_300_799_999

/** The limits of a campaign's fields, shared by the admin API, the changes in MySQL and the gate's `apply`. */
export const campaignLimits = {
  total: { least: 0, most: 1_000_000_000 },
  /** A claim is one row per unit. */
  limitPerUser: { least: 1, most: 1_000 },
  beginsAt: { least: 0, most: lastMoment },
  endsAt: { least: 0, most: lastMoment },
  /** The price of the most units that one user may buy is a safe integer. */
  priceMinor: { least: 0, most: 1_000_000_000_000 },
  /** 30 days. */
  payWindowMs: { least: 1, most: 30 * 24 * 3_600_000 },
} as const satisfies Record<string, Limits>

/** Reports whether a value is an integer within the limits. */
export function isWithin(value: number, { least, most }: Limits): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}
