/** Prints a command's result on standard output: as one JSON object, or for people. */
export function printResult(json: boolean | undefined, value: object, forPeople: () => string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${forPeople().trimEnd()}\n`)
}

/** Help text of the option every command has. */
export const JSON_OPTION = [
  '--json',
  'print one JSON object, last, on standard output; progress goes to standard error',
] as const
