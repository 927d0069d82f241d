import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChildOptions, runNode } from './child.js'
import { countResults, type TestCounts, type VitestReport } from './count-results.js'

export interface TestRunOptions {
  readonly root: string
  /** Passed on to vitest: `--project unit`, file and name filters. */
  readonly args: readonly string[]
  readonly output: ChildOptions['output']
}

export interface TestRun {
  readonly counts: TestCounts
  readonly exitCode: number
}

/** Builds the workspace: tests import the built packages by name. */
export async function buildWorkspace(root: string, output: ChildOptions['output']): Promise<void> {
  const turbo = join(root, 'node_modules/turbo/bin/turbo')
  const args = ['run', 'build', '--output-logs=errors-only', '--log-order=grouped']
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }
  const { code } = await runNode(turbo, args, { cwd: root, env, output })
  if (code !== 0) throw new Error(`The build failed with exit code ${code}; its errors are above.`)
}

/** Runs the tests and counts them over all projects. */
export async function runTests({ root, args, output }: TestRunOptions): Promise<TestRun> {
  const folder = mkdtempSync(join(tmpdir(), 'seckill-test-'))
  const reportFile = join(folder, 'report.json')
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
    const { code } = await runNode(vitest, ['run', ...reporters, ...args], { cwd: root, output })
    const counts = existsSync(reportFile) ? countResults(readReport(reportFile)) : { passed: 0, failed: 0, skipped: 0 }
    return { counts: withRunFailure(counts, code), exitCode: exitCodeOf(counts, code) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readReport(file: string): VitestReport {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Counts one failure for a runner that failed without reporting one. */
function withRunFailure(counts: TestCounts, code: number): TestCounts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** The exit code of a test run; a run without a passed test fails. */
function exitCodeOf({ passed, failed }: TestCounts, code: number): number {
  if (code > 128) return code
  return code === 0 && failed === 0 && passed > 0 ? 0 : 1
}
