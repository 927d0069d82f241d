import type { ReconcileReport } from 'seckill-workflows'
import { expect, it } from 'vitest'
import { openDifferences, reconcileReport } from './reconcile-report.js'

const hold = {
  area: 7,
  kind: 'orphaned-hold',
  harm: 'leak',
  subject: '7-abc',
  evidence: '',
  detail: '1 units of user 9, WAITING',
} as const
const unit = {
  area: 7,
  kind: 'broken-invariant',
  harm: 'oversell',
  subject: 'The gate total is its stock plus its live holds',
  evidence: '1',
  detail: 'total 10, stock 10, units of live holds 1',
} as const
const agreed: ReconcileReport = { fix: false, areas: 2, found: [], left: 0, repaired: [], failed: [] }

it('says that ledgers agree only when all of them were compared', () => {
  expect(reconcileReport(agreed).split('\n').at(-1)).toBe('The ledgers agree.')
  const failed = { ...agreed, failed: [{ area: 7, problem: 'the gate is recovering' }] }
  expect(reconcileReport(failed)).toContain('voucher 7 could not be reconciled: the gate is recovering')
  expect(reconcileReport(failed)).not.toContain('agree')
})

it('names each difference with its harm, what was seen, and what a repair would do or who decides', () => {
  const report = { ...agreed, found: [hold, unit] }
  const text = reconcileReport(report)
  for (const part of ['leak', '7-abc', hold.detail, '--fix would: give the admission', 'oversell', 'for an operator'])
    expect(text).toContain(part)
  expect(text.split('\n').at(-1)).toBe('2 differences; nothing was changed.')
  expect(openDifferences(report)).toBe(2)
})

it('counts what a repair has left', () => {
  const repaired = [{ area: 7, kind: hold.kind, subject: hold.subject, outcome: 'repaired', detail: '' }] as const
  const report = { ...agreed, fix: true, found: [hold, unit], repaired }
  expect(openDifferences(report)).toBe(1)
  expect(reconcileReport(report)).toContain('2 differences, 1 of them not repaired.')
  expect(reconcileReport({ ...report, found: [hold] })).toContain('1 difference, all repaired.')
})

it('counts a repair that failed as left, and says why it did', () => {
  const detail = `${hold.detail}; not repaired: the gate is recovering`
  const failed = [{ area: 7, kind: hold.kind, subject: hold.subject, outcome: 'failed', detail }] as const
  const report = { ...agreed, fix: true, found: [hold], repaired: failed }
  expect(openDifferences(report)).toBe(1)
  expect(reconcileReport(report)).toContain(detail)
})
