/** Prints a command's result on standard output: as one JSON object, or as text. */
export function printResult(json: boolean | undefined, value: object, forPeople: () => string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${forPeople().trimEnd()}\n`)
}
