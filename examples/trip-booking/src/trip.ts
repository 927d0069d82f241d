export interface Trip {
  readonly id: string
  readonly city: string
  /** The deadline of the approval, in epoch milliseconds. */
  readonly approveBy: number
}

export interface Approval {
  readonly by: string
}
