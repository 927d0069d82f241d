import { type Challenge, solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/web/sha'

/**
 * Finds what solves a task. A browser computes hashes on pages over HTTPS, and of its own machine, only.
 *
 * @throws Error when it finds nothing in a minute and a half
 */
export async function solveTask(task: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
  const solution = await solveChallenge({ challenge: task as unknown as Challenge, deriveKey })
  if (solution === null) throw new Error('The challenge was not solved in time.')
  return { ...solution }
}
