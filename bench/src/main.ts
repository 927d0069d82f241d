import { readArguments } from './cli/arguments.js'
import { run } from './cli/run.js'

/** Ends what was started, once, when the user asks for it. */
function interruptible(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => controller.abort(new Error(`stopped by ${signal}`)))
  }
  return controller.signal
}

try {
  const command = readArguments(process.argv.slice(2))
  if (command.kind === 'run') await run(command, interruptible())
} catch (error) {
  const text = error instanceof Error ? ((process.env.DEBUG ? error.stack : undefined) ?? error.message) : String(error)
  process.stderr.write(`\nerror: ${text}\n`)
  process.exitCode = 1
}
