const signalNumbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

/** The user ended the command. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  /** As a shell reports it: 128 plus the signal's number. */
  readonly exitCode: number

  constructor(signal: keyof typeof signalNumbers) {
    super(`stopped by ${signal}`)
    this.exitCode = 128 + signalNumbers[signal]
  }
}

/** Runs work that an interruption aborts; a second Ctrl-C ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const names = Object.keys(signalNumbers) as (keyof typeof signalNumbers)[]
  const listeners = names.map((name) => [name, (): void => controller.abort(new InterruptedError(name))] as const)
  for (const [name, listener] of listeners) process.once(name, listener)
  try {
    return await work(controller.signal)
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener)
  }
}
