import type { CertificateVerification, Finding, ProofVerification } from 'seckill-certificate'
import { expect, it } from 'vitest'
import { certificateReport, proofReport } from './verification-report.js'

const right: Finding = { name: 'The ledger adds up to the stock', ok: true, detail: '5 in stock of 5', where: [] }
const wrong: Finding = {
  name: 'Each reservation was carried by a run',
  ok: false,
  detail: '2 reservations, 1 wrong',
  where: ['reservations[1] 7-abc: no run has it'],
}
const unread = { keyId: null, head: null } as const

function certificate(values: Pick<CertificateVerification, 'ok' | 'authentic' | 'findings'>): readonly string[] {
  return certificateReport({ ...values, ...unread, file: null }).split('\n')
}

it('names each statement, and the places that are wrong', () => {
  const report = certificate({ ok: false, authentic: true, findings: [right, wrong] })
  expect(report).toEqual([
    '  ✔ The ledger adds up to the stock: 5 in stock of 5',
    '  ✘ WRONG Each reservation was carried by a run: 2 reservations, 1 wrong',
    '      at reservations[1] 7-abc: no run has it',
    'The certificate is authentic, but the sale does NOT add up: 1 of 2 statements wrong.',
  ])
})

it('tells a sale that adds up, and a file that nobody trusted signed', () => {
  expect(certificate({ ok: true, authentic: true, findings: [right] }).at(-1)).toBe(
    'The certificate is authentic and the sale adds up: all 1 statement hold.',
  )
  expect(certificate({ ok: false, authentic: false, findings: [wrong] }).at(-1)).toBe(
    'The certificate is NOT authentic: 1 of 1 statement wrong.',
  )
})

it('shows the purchase that a proof proves, and what a wrong one does not', () => {
  const head = { voucherId: 7, issuedAt: 0, size: 2, root: 'r', figures: 'f' }
  const sold = { traceId: '7-abc', user: 'u', voucherId: 7, units: 2, priceMinor: 1_980, currency: 'CNY', seq: 1 }
  const ledgers = { deducted: 2, restored: 0, claimed: 2, held: 2, lanes: 1 }
  const runs = { run: 'purchase-7-a', orderRun: 'purchase-7-a', capturedMinor: 1_980, refundedMinor: 0 }
  const reservation = { ...sold, ...ledgers, ...runs, state: 'PAID', order: 'PAID', reason: null } as const
  const proven: ProofVerification = { ok: true, findings: [right], keyId: 'k', head, reservation }
  expect(proofReport(proven).split('\n').slice(1)).toEqual([
    '  issued      1970-01-01T00:00:00.000Z',
    '  purchase    7-abc: 2 units, PAID, 1,980 minor units of CNY',
    'The purchase is in the certificate that was signed.',
  ])
  const failed = proofReport({ ...proven, ok: false, findings: [wrong], head: null })
  expect(failed).toContain('does NOT prove that the purchase is in a certificate')
  expect(failed).not.toContain('issued')
  expect(failed).not.toContain('7-abc: 2 units')
})
