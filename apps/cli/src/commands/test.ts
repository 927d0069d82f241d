import type { Command } from 'commander'
import { findRepositoryRoot, stopStack } from 'seckill-local-stack'
import { summaryLine } from '../testing/count-results.js'
import { buildWorkspace, runTests } from '../testing/run-tests.js'

/** The stacks that test runs start for themselves. */
const testStacks = ['test', 'e2e', 'e2e-demo'] as const

/** Adds `seckill test`. */
export function register(program: Command): void {
  program
    .command('test')
    .description('build everything and run all tests on servers of their own')
    .argument('[args...]', 'passed on to vitest: --project unit, file name filters, -t <name>')
    .option('--json', 'print one JSON object, last, on standard output')
    .allowUnknownOption()
    .addHelpText('after', '\nThe last line is "N passed, N failed". Exit code 1 when a test failed or none ran.\n')
    .action(test)
}

async function test(args: readonly string[], options: { readonly json?: boolean }): Promise<void> {
  const root = findRepositoryRoot()
  const output = options.json === true ? 'stderr' : 'stdout'
  await buildWorkspace(root, 'stderr')
  try {
    const { counts, exitCode } = await runTests({ root, args, output })
    process.exitCode = exitCode
    process.stdout.write(`${options.json === true ? JSON.stringify(counts) : summaryLine(counts)}\n`)
  } finally {
    for (const name of testStacks) await stopStack({ root, name })
  }
}
