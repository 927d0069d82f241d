import { describe, expect, it } from 'vitest'
import { countResults, summaryLine } from './count-results.js'

function file(status: string, ...tests: string[]) {
  return {
    name: 'x.test.ts',
    status,
    assertionResults: tests.map((test) => ({ status: test })),
  }
}

describe('countResults', () => {
  it('counts tests over all files', () => {
    const report = {
      success: false,
      testResults: [file('passed', 'passed', 'pending'), file('failed', 'passed', 'failed')],
    }
    expect(countResults(report)).toEqual({ passed: 2, failed: 1, skipped: 1 })
  })

  it('counts a file that did not load as one failure', () => {
    expect(countResults({ success: false, testResults: [file('failed')] })).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    })
  })

  it('counts a file whose hook failed although its tests passed as one failure', () => {
    expect(countResults({ success: false, testResults: [file('failed', 'passed')] })).toMatchObject({
      passed: 1,
      failed: 1,
    })
  })

  it('counts a run that failed outside of every file as one failure', () => {
    expect(countResults({ success: false, testResults: [file('passed', 'passed')] })).toMatchObject({
      passed: 1,
      failed: 1,
    })
  })
})

describe('summaryLine', () => {
  it('names skipped tests only when there are any', () => {
    expect(summaryLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed')
    expect(summaryLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped')
  })
})
