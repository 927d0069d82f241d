import { defineConfig } from 'vitest/config'
import { QuickFirst } from './quick-first.js'
import { sources } from './sources.js'

/** The tests of the engine that need no server. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['src/engine/**/*.test.ts', 'src/testing/*.test.ts', 'src/diagram/paths.test.ts'],
    testTimeout: 2_500,
    isolate: process.env.MUTATION_ISOLATE === '1',
    sequence: { sequencer: QuickFirst },
  },
})
