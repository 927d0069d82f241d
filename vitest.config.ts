import { globSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const replayTests = 'packages/*/test/**/*.replay.test.ts'
const workspaces = '{packages/*,apps/*,examples/*,infra/local,bench}'
const matrixTests = [
  'examples/*/src/**/*.test.ts',
  `${workspaces}/src/**/{matrix,explorer}/*.test.ts`,
  `${workspaces}/src/**/*-{matrix,explorer}.test.ts`,
]
const patience = './test/setup/patience.ts'
/** Servers on a busy machine take their time; a poll ends as soon as it is met. */
const serverPoll = { timeout: 60_000, interval: 50 } as const
const hasReplayTests = globSync(replayTests, { cwd: import.meta.dirname }).length > 0

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          pool: 'forks',
          include: [`${workspaces}/src/**/*.test.ts`, 'test/{setup,boundaries}/**/*.test.ts'],
          exclude: matrixTests,
          setupFiles: patience,
          expect: { poll: serverPoll },
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        // Thousands of small runs, in memory: every fault of every step.
        test: { name: 'matrix', pool: 'forks', include: matrixTests, testTimeout: 300_000, hookTimeout: 300_000 },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: [`${workspaces}/{src,test}/**/*.test-d.ts`],
            tsconfig: './tsconfig.type-tests.json',
            // `npm run typecheck` reports those; here a type test fails for its own assertions only.
            ignoreSourceErrors: true,
          },
        },
      },
      {
        test: {
          name: 'integration',
          pool: 'forks',
          include: [`${workspaces}/test/**/*.integration.test.ts`],
          globalSetup: './test/setup/integration-stack.ts',
          setupFiles: patience,
          // Two cores are shared with Redis, MySQL and Temporal.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          expect: { poll: serverPoll },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      ...(hasReplayTests
        ? [{ test: { name: 'replay', pool: 'forks' as const, include: [replayTests], testTimeout: 60_000 } }]
        : []),
      {
        test: {
          name: 'e2e',
          pool: 'forks',
          include: ['test/e2e/**/*.e2e.test.ts'],
          globalSetup: './test/setup/e2e-stack.ts',
          setupFiles: patience,
          // Each file kills servers of its own and measures nothing beside another one.
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          expect: { poll: serverPoll },
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        // The files of infra, by the programs that will read them; the first run downloads some of these.
        test: {
          name: 'infra',
          pool: 'forks',
          include: ['infra/checks/test/**/*.infra.test.ts'],
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
})
