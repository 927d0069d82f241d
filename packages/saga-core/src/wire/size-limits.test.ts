import { describe, expect, it } from 'vitest'
import type { LaneEnd, SagaReport } from './outcome.js'
import { checkInput, fitReport, jsonBytes, sizeLimits } from './size-limits.js'

function refused(at: number, bytes: number): LaneEnd {
  return {
    key: `lane-${at}`,
    outcome: at % 4 === 0 ? 'failed' : 'refused',
    cause: { kind: 'refused', code: 'NO_ROOM', step: 'hotel', details: 'x'.repeat(bytes) },
    compensations: { flight: 'done' },
  }
}
function reportOf(lanes: number, bytes: number): SagaReport {
  return {
    saga: 'trip',
    version: 1,
    lanes,
    completed: 0,
    except: Array.from({ length: lanes }, (_, at) => refused(at, bytes)),
  }
}

describe('fitReport', () => {
  it('leaves a report that fits as it is', () => {
    const report = reportOf(1_000, 100)

    expect(fitReport(report)).toBe(report)
  })

  it('cuts causes before it cuts lanes, and counts outcomes', () => {
    const report = fitReport(reportOf(1_000, 2_000))

    expect(report.except).toHaveLength(1_000)
    expect(report.except[1]).toEqual({
      key: 'lane-1',
      outcome: 'refused',
      cause: { kind: 'refused', code: 'NO_ROOM', step: 'hotel' },
    })
    expect(report.cut).toEqual({ outcomes: { refused: 750, failed: 250 }, omitted: 0 })
  })

  it.each([500, 1_000, 5_000, 20_000])('has at most %i bytes', (most) => {
    const report = fitReport(reportOf(1_000, 2_000), most)

    expect(jsonBytes(report)).toBeLessThanOrEqual(most)
    expect((report.cut?.omitted ?? 0) + report.except.length).toBe(1_000)
    expect(report.cut?.omitted).toBeGreaterThan(0)
  })

  it('leaves a report of exactly the limit as it is, and cuts one of a byte more', () => {
    const report = reportOf(10, 100)

    expect(fitReport(report, jsonBytes(report))).toBe(report)
    expect(fitReport(report, jsonBytes(report) - 1).cut).toBeDefined()
  })

  it('keeps every lane that fits, to the byte', () => {
    const report = reportOf(10, 2_000)
    const whole = fitReport(report, 10_000)
    const frame = { ...whole, except: [], cut: { outcomes: whole.cut?.outcomes ?? {}, omitted: 10 } }
    const room = whole.except.reduce((bytes, end) => bytes + jsonBytes(end) + 1, 0)

    expect(fitReport(report, jsonBytes(frame) + room).except).toHaveLength(10)
    expect(fitReport(report, jsonBytes(frame) + room - 1).except).toHaveLength(9)
  })

  it('cuts a lane to its key, its outcome and its short cause', () => {
    const lanes: readonly LaneEnd[] = [
      { key: 'other', outcome: 'duplicate', compensations: { flight: 'done' } },
      {
        key: 'late',
        outcome: 'expired',
        cause: { kind: 'expired', code: 'SAGA_DEADLINE', message: 'x'.repeat(9_000) },
      },
      { key: 'wordy', outcome: 'refused', cause: { kind: 'refused', step: 'hotel', code: 'C'.repeat(101) } },
    ]

    expect(fitReport({ ...reportOf(0, 0), lanes: 3, except: lanes }, 1_000).except).toStrictEqual([
      { key: 'other', outcome: 'duplicate' },
      { key: 'late', outcome: 'expired', cause: { kind: 'expired', code: 'SAGA_DEADLINE' } },
      { key: 'wordy', outcome: 'refused', cause: { kind: 'refused', code: 'C'.repeat(100), step: 'hotel' } },
    ])
  })
})

describe('jsonBytes', () => {
  it('counts bytes of JSON, and none for a value without JSON', () => {
    expect([jsonBytes('ü'), jsonBytes({ a: 1 }), jsonBytes(undefined)]).toEqual([4, 7, 0])
  })
})

describe('checkInput', () => {
  it.each([
    [0, 'x', 'SAGA_NO_LANES'],
    [1_001, 'x', 'SAGA_TOO_MANY_LANES'],
    [1, 'x'.repeat(sizeLimits.inputBytes), 'SAGA_INPUT_TOO_LARGE'],
    [1, 'ü'.repeat(sizeLimits.inputBytes / 2), 'SAGA_INPUT_TOO_LARGE'],
  ])('refuses %i lanes of a given size with %3$s', (lanes, input, code) => {
    expect(() => checkInput('trip', lanes, input)).toThrow(expect.objectContaining({ code }))
  })

  it('accepts an input of exactly the limits', () => {
    expect(() => checkInput('trip', 1_000, 'x'.repeat(sizeLimits.inputBytes - 2))).not.toThrow()
    expect(() => checkInput('trip', 2_000, 'x', 2_000)).not.toThrow()
  })
})
