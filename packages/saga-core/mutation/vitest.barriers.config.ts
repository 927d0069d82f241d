import { defineConfig } from 'vitest/config'
import { QuickFirst } from './quick-first.js'
import { sources } from './sources.js'

/** The tests of the barriers, on the servers of DATABASE_MIGRATION_URL and REDIS_URL. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['test/*barrier*.integration.test.ts', 'src/{barrier,kysely,redis}/*.test.ts'],
    testTimeout: 10_000,
    isolate: process.env.MUTATION_ISOLATE === '1',
    sequence: { sequencer: QuickFirst },
  },
})
