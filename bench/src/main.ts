import { readArguments } from './cli/arguments.js'
import { capacity, compare, plots, profile, table } from './cli/reports.js'
import { run } from './cli/run.js'

/** Aborts the benchmark on a signal; a terminal and a launcher may both send it. */
function abortOnSignals(controller: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => controller.abort(new Error(`The benchmark was stopped by ${signal}.`)))
  }
}

/** The exit code that a shell gives a program ended by Ctrl-C. */
const interruptedCode = 130
const interruption = new AbortController()

try {
  const command = readArguments(process.argv.slice(2))
  switch (command.kind) {
    case 'run':
      abortOnSignals(interruption)
      await run(command, interruption.signal)
      break
    case 'compare':
      compare(command)
      break
    case 'table':
      table(command)
      break
    case 'plots':
      plots(command)
      break
    case 'profile':
      profile(command)
      break
    case 'capacity':
      capacity(command)
      break
  }
} catch (error) {
  const text = error instanceof Error ? ((process.env.DEBUG ? error.stack : undefined) ?? error.message) : String(error)
  process.stderr.write(`\nerror: ${text}\n`)
  process.exitCode = interruption.signal.aborted ? interruptedCode : 1
}
