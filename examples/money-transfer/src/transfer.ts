export const bankNames = ['north', 'south'] as const

/** An account is in one of two banks, each with a database of its own. */
export interface Account {
  readonly bank: (typeof bankNames)[number]
  readonly number: string
}

export interface Transfer {
  readonly id: string
  readonly from: Account
  readonly to: Account
  readonly cents: number
}
