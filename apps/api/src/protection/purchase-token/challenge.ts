/** The user and the voucher that a challenge and a purchase token are for. */
export interface TokenSubject {
  readonly userId: number
  readonly voucherId: number
}

/** What a client shows for a task: the task as it was given, and the solution that it found. */
interface SolvedTask {
  readonly task: unknown
  readonly solution: unknown
}

/** A challenge that a user passes to get a purchase token. */
export interface Challenge {
  /** A task for the client; `null` where there is nothing to do. */
  give(subject: TokenSubject): Promise<Readonly<Record<string, unknown>> | null>
  /** Reports whether a task that was given to this user for this voucher is solved, and still valid. */
  isPassed(subject: TokenSubject, solved: SolvedTask | undefined): Promise<boolean>
}

/** Asks nothing: every user passes. */
export const noChallenge: Challenge = {
  give: async () => null,
  isPassed: async () => true,
}
