import type { CertificateVerification, CertifiedReservation, Finding, ProofVerification } from 'seckill-certificate'
import { counted, figure } from '../output/numbers.js'

/** What was found about a certificate file, for people. */
export function certificateReport({ ok, authentic, findings, head, file }: CertificateVerification): string {
  const account = file !== null && authentic ? accountLines(file) : []
  const issued = head !== null && authentic ? [`  issued      ${new Date(head.issuedAt).toISOString()}`] : []
  return [...findingLines(findings), ...issued, ...account, certificateVerdict(ok, authentic, findings)].join('\n')
}

/** What was found about a proof, for people. */
export function proofReport({ ok, findings, head, reservation }: ProofVerification): string {
  const issued = head === null || !ok ? [] : [`  issued      ${new Date(head.issuedAt).toISOString()}`]
  const proven = reservation === null || !ok ? [] : [`  purchase    ${reservationLine(reservation)}`]
  return [...findingLines(findings), ...issued, ...proven, proofVerdict(ok, findings)].join('\n')
}

function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ name, ok, detail, where }) => [
    `  ${ok ? '✔' : '✘ WRONG'} ${name}: ${detail}`,
    ...where.map((place) => `      at ${place}`),
  ])
}

/** Every unit and every cent, as a reader wants them first. */
function accountLines({ figures, reservations }: NonNullable<CertificateVerification['file']>): readonly string[] {
  const { campaign, stock, orders, money } = figures
  const open = orders.PENDING_PAYMENT.units + orders.CLOSING.units
  const due = orders.PENDING_PAYMENT.priceMinor + orders.CLOSING.priceMinor
  return [
    `  voucher     ${campaign.voucherId} ${campaign.title}, ${campaign.state}`,
    `  units       ${figure(campaign.total)} = ${figure(stock?.quantity ?? null)} in stock + ${figure(orders.PAID.units)} paid + ${figure(open)} awaiting payment`,
    `  money       ${figure(orders.PAID.priceMinor)} paid = ${figure(money.captured)} captured - ${figure(money.refunded)} refunded, ${figure(due)} due, in minor units of ${campaign.currency}`,
    `  purchases   ${counted(reservations.length, 'reservation')} in ${counted(figures.runs.workflows, 'run')}`,
  ]
}

function reservationLine({ traceId, units, state, reason, priceMinor, currency }: CertifiedReservation): string {
  const price = priceMinor === null ? '' : `, ${figure(priceMinor)} minor units of ${currency}`
  return `${traceId}: ${counted(units, 'unit')}, ${state}${reason === null ? '' : ` (${reason})`}${price}`
}

function certificateVerdict(ok: boolean, authentic: boolean, findings: readonly Finding[]): string {
  if (ok) return `The certificate is authentic and the sale adds up: all ${counted(findings.length, 'statement')} hold.`
  return authentic
    ? `The certificate is authentic, but the sale does NOT add up: ${wrongOf(findings)}.`
    : `The certificate is NOT authentic: ${wrongOf(findings)}.`
}

function proofVerdict(ok: boolean, findings: readonly Finding[]): string {
  return ok
    ? 'The purchase is in the certificate that was signed.'
    : `This does NOT prove that the purchase is in a certificate: ${wrongOf(findings)}.`
}

function wrongOf(findings: readonly Finding[]): string {
  const wrong = findings.filter((one) => !one.ok).length
  return `${wrong} of ${counted(findings.length, 'statement')} wrong`
}
