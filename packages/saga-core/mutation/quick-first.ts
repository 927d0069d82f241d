import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Parts of file names, from quick tests that notice many mutants to slow ones. */
const order = ['in-memory-runtime', '.test.ts', 'table', 'ticks', 'law', 'faults', 'test/barrier.', 'redis-barrier.']

function rank({ moduleId }: TestSpecification): number {
  return order.findLastIndex((part) => moduleId.includes(part))
}

/** Sorts quick tests first, since the first test that fails kills a mutant. */
export class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rank(one) - rank(other))
  }
}
