/** The part of vitest's JSON report that is counted. */
export interface VitestReport {
  readonly success: boolean
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

export interface TestCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Counts over all projects. A file that failed without a failed test of its own (it did not load, a hook threw) counts
 * as one failure, and so does a run that failed although no file did.
 */
export function countResults(report: VitestReport): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of report.testResults) {
    const failedBefore = counts.failed
    for (const { status } of file.assertionResults) counts[kindOf(status)]++
    if (file.status === 'failed' && counts.failed === failedBefore) counts.failed++
  }
  if (!report.success && counts.failed === 0) counts.failed++
  return counts
}

function kindOf(status: string): keyof TestCounts {
  if (status === 'passed') return 'passed'
  return status === 'failed' ? 'failed' : 'skipped'
}

/** The last line of `./seckill test`. */
export function summaryLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
