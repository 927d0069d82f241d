import { reportError } from './output/report-error.js'
import { createProgram } from './program.js'

// A reader that closes the pipe early, like `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

try {
  await createProgram().parseAsync()
} catch (error) {
  reportError(error, process.argv.includes('--json'))
}
