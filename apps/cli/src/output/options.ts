/** The `--json` option of the commands, as commander takes it. */
export const jsonOption = [
  '--json',
  'print one JSON object, last, on standard output; progress goes to standard error',
] as const

/** The `--name` option of the commands that speak to a sale or its stack. */
export const stackOption = ['--name <stack>', 'stack the sale is on', 'demo'] as const
