import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** From the quick tests that see much to the slow ones. */
const order = ['in-memory-runtime', '.test.ts', 'table', 'ticks', 'law', 'faults', 'test/barrier.', 'redis-barrier.']
const rank = ({ moduleId }: TestSpecification) => order.findLastIndex((part) => moduleId.includes(part))

/** A mutant is gone with the first test that fails: the quick ones go first. */
export class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => rank(one) - rank(other))
  }
}
