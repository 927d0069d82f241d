import type { CertificateFile } from '../format/files.js'
import type { Finding } from '../verify/finding.js'
import { orderFinding, rowFindings } from './rows.js'
import { totalFindings } from './totals.js'

/** Whether the reservations and figures of a file add up, ledger by ledger; it looks at nothing but the file. */
export function sumFindings({
  reservations,
  figures,
}: Pick<CertificateFile, 'reservations' | 'figures'>): readonly Finding[] {
  return [orderFinding(reservations), ...rowFindings(reservations, figures), ...totalFindings(reservations, figures)]
}
