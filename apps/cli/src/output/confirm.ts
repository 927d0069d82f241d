import { createInterface } from 'node:readline/promises'

/** Asks a yes-or-no question on standard error; without a terminal the answer is no. */
export async function confirmed(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) return false
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim())
  } finally {
    prompt.close()
  }
}
