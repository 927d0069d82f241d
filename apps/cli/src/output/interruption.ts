const signalNumbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

/** The user ended the command. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
  /** The exit code that a shell gives it: 128 plus the signal's number. */
  readonly exitCode: number

  constructor(signal: keyof typeof signalNumbers) {
    super(`The command was stopped by ${signal}.`)
    this.exitCode = 128 + signalNumbers[signal]
  }
}

/** Runs work that an interruption aborts; a second one ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  // The listener stays after the first signal: without one, libraries that watch signals end the process.
  const onSignal = (signal: NodeJS.Signals): void => {
    const interruption = new InterruptedError(signal as keyof typeof signalNumbers)
    if (controller.signal.aborted) process.exit(interruption.exitCode)
    process.stderr.write(`\n${signal}: stopping what was started; once more to end at once\n`)
    controller.abort(interruption)
  }
  const signals = Object.keys(signalNumbers) as (keyof typeof signalNumbers)[]
  for (const signal of signals) process.on(signal, onSignal)
  try {
    return await work(controller.signal)
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}
