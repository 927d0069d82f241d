import { toBase64url } from '../format/base64url.js'
import { type CertificateFile, certificateFile, type SignedHead } from '../format/files.js'
import { digestOf, treeOf } from '../issue/leaves.js'
import { rootOf } from '../merkle/tree.js'
import { sumFindings } from '../sums/sum-findings.js'
import { type Finding, finding } from './finding.js'
import { type Reading, readFile } from './read-file.js'
import { readHead } from './read-head.js'
import type { Trust } from './trust.js'
import { allHold, stopped, type Verification } from './verification.js'

/** What was found about a certificate file, and the file where it could be read. */
export interface CertificateVerification extends Verification {
  /** The file is what the trusted key signed, byte for byte; whether the sale adds up is another matter. */
  readonly authentic: boolean
  readonly file: CertificateFile | null
}

/** Reads a certificate file without verifying more than its form and its bytes. */
export function readCertificate(bytes: Uint8Array): Reading<CertificateFile> {
  return readFile(bytes, certificateFile)
}

/**
 * Verifies a certificate file by itself: its form and bytes, the key, the signature, the root over the reservations, the
 * digest of the figures, and that reservations and figures add up. A fault in one of them hides no other.
 *
 * @example
 * const { ok, findings } = await verifyCertificate(readFileSync('certificate.json'), trustKeySet(jwks))
 */
export async function verifyCertificate(bytes: Uint8Array, trust: Trust): Promise<CertificateVerification> {
  const reading = readCertificate(bytes)
  if (reading.status === 'unreadable') return { ...stopped(reading.findings), authentic: false, file: null }
  const { file } = reading
  const { head, keyId, findings: ofHead } = await readHead(file.head, file.key, trust)
  const signed = head === null ? [] : headFindings(head, file)
  const ofFile = [...reading.findings, ...ofHead, ...signed]
  const findings = [...ofFile, ...sumFindings(file)]
  return { ok: allHold(findings), authentic: allHold(ofFile), findings, keyId, head, file }
}

function headFindings(head: SignedHead, { figures, reservations }: CertificateFile): readonly Finding[] {
  const root = toBase64url(rootOf(treeOf(reservations)))
  const digest = digestOf(figures)
  const { voucherId } = figures.campaign
  return [
    finding(
      'The reservations are those that were signed',
      head.size === reservations.length && head.root === root,
      `${reservations.length} reservations with the root ${root}, signed ${head.size} with ${head.root}`,
      ['reservations'],
    ),
    finding(
      'The figures are those that were signed',
      head.figures === digest,
      `digest ${digest}, signed ${head.figures}`,
      ['figures'],
    ),
    finding(
      'The head is of the voucher of the figures',
      head.voucherId === voucherId,
      `voucher ${voucherId}, signed ${head.voucherId}`,
      ['figures.campaign.voucherId'],
    ),
  ]
}
