/** Prints a command's result on standard output: as one JSON object, or as text. */
export function printResult(json: boolean | undefined, value: object, forPeople: () => string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${forPeople().trimEnd()}\n`)
}

/** The `--json` option of the commands, as commander takes it. */
export const jsonOption = [
  '--json',
  'print one JSON object, last, on standard output; progress goes to standard error',
] as const
