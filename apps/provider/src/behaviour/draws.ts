import { createHash } from 'node:crypto'

/** Seeded random numbers that do not depend on the order of requests. */
export interface Draws {
  /**
   * The next number of a subject, from 0 up to but not 1. It depends on the seed, the subject and how often that was asked for, and on nothing
   * else: the same requests for the same merchant references have the same numbers in each run.
   */
  next(subject: string): number
  /** Begins all subjects anew with a seed. */
  restart(seed: number): void
}

const maxSubjects = 200_000
const bits = 48

/** Creates draws; of more than 200,000 subjects the oldest begins anew. */
export function createDraws(seed: number): Draws {
  let current = seed
  const counts = new Map<string, number>()
  return {
    next(subject) {
      const count = counts.get(subject) ?? 0
      if (count === 0 && counts.size >= maxSubjects) counts.delete(counts.keys().next().value ?? '')
      counts.set(subject, count + 1)
      const hash = createHash('sha256').update(`${current}\n${subject}\n${count}`).digest()
      return hash.readUIntBE(0, bits / 8) / 2 ** bits
    },
    restart(next) {
      current = next
      counts.clear()
    },
  }
}
