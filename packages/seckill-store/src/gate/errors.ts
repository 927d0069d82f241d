/** An argument is out of its range; nothing was sent to Redis. */
export class GateInputError extends Error {
  override readonly name = 'GateInputError'
}

/** The gate of a voucher is closed for recovery: nothing was changed; try again once it is open. */
export class GateRecoveringError extends Error {
  override readonly name = 'GateRecoveringError'
  readonly voucherId: number

  constructor(voucherId: number, verb: string) {
    super(`The gate of voucher ${voucherId} is recovering, so ${verb} changed nothing; try again when it has reopened.`)
    this.voucherId = voucherId
  }
}

/** A gate script answered a code that this version does not know. */
export class GateReplyError extends Error {
  override readonly name = 'GateReplyError'
}

/** The connection to Redis ended during a call, or there is none; it is unknown whether Redis ran the call. */
export class GateUnavailableError extends Error {
  override readonly name = 'GateUnavailableError'
  readonly voucherId: number

  constructor(voucherId: number, verb: string, cause: unknown) {
    super(
      `Redis gave no answer to ${verb} of voucher ${voucherId}, which it may have run: ${String(cause)} ` +
        'Try again; a take with a new run id, all else as it was.',
      { cause },
    )
    this.voucherId = voucherId
  }
}

/** Redis has reached its maxmemory and ran nothing of the call. */
export class GateFullError extends Error {
  override readonly name = 'GateFullError'
  readonly voucherId: number

  constructor(voucherId: number, verb: string, cause: unknown) {
    super(`Redis is full and refused ${verb} of voucher ${voucherId}; give it more memory.`, { cause })
    this.voucherId = voucherId
  }
}
