import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Parts of the names of slow test files, the slowest last. */
const slow = [
  'engine/faults',
  'ticks',
  'in-memory-runtime',
  'run-in-memory',
  'carry-at-every-turn',
  'batch-law',
  'large-run',
  'calls/retries',
  'test/barrier.',
  'redis-barrier.',
]

function rank({ moduleId }: TestSpecification): number {
  return slow.findIndex((part) => moduleId.includes(part))
}

/** Sorts quick tests first, since the first test that fails kills a mutant. */
export class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rank(one) - rank(other))
  }
}
