export interface Account {
  readonly id: string
  readonly email: string
}

export interface Subscription extends Account {
  readonly plan: string
  /** Milliseconds the customer has to give a card. */
  readonly payWithinMs: number
}

export interface Card {
  readonly token: string
}
