import { fromBase64url, toBase64url } from '../format/base64url.js'
import { type CertificateFile, type ProofFile, proofFile, proofFormat, type SignedHead } from '../format/files.js'
import type { CertifiedReservation } from '../format/reservation.js'
import { hashOf, treeOf } from '../issue/leaves.js'
import { auditPath, rootFromPath } from '../merkle/path.js'
import { hashBytes } from '../merkle/tree.js'
import { type Finding, finding } from './finding.js'
import { readFile } from './read-file.js'
import { readHead } from './read-head.js'
import type { Trust } from './trust.js'
import { allHold, stopped, type Verification } from './verification.js'

/** What was found about a proof, and the reservation that it proves. */
export interface ProofVerification extends Verification {
  readonly reservation: CertifiedReservation | null
}

/**
 * Takes the proof of one reservation out of a certificate; `null` when the certificate has no reservation of this trace id.
 *
 * @example
 * const proof = proofOf(file, '7-abcdefghijklmnopqrstuvwxyz')
 */
export function proofOf({ head, key, reservations }: CertificateFile, traceId: string): ProofFile | null {
  const index = reservations.findIndex((one) => one.traceId === traceId)
  const reservation = reservations[index]
  if (reservation === undefined) return null
  const path = toBase64url(Buffer.concat(auditPath(treeOf(reservations), index)))
  return { format: proofFormat, head, key, reservation, index, path }
}

/** Verifies that the reservation of a proof is in the certificate whose head was signed. */
export async function verifyProof(bytes: Uint8Array, trust: Trust): Promise<ProofVerification> {
  const reading = readFile(bytes, proofFile)
  if (reading.status === 'unreadable') return { ...stopped(reading.findings), reservation: null }
  const { file } = reading
  const { head, keyId, findings: ofHead } = await readHead(file.head, file.key, trust)
  const findings = [...reading.findings, ...ofHead, ...(head === null ? [] : pathFindings(head, file))]
  return { ok: allHold(findings), findings, keyId, head, reservation: file.reservation }
}

function pathFindings(head: SignedHead, proof: ProofFile): readonly Finding[] {
  const { reservation, index } = proof
  const leads = rootBy(head, proof) === head.root
  return [
    finding(
      'The path leads from the reservation to the signed root',
      leads,
      `reservation ${index} of ${head.size}, root ${head.root}`,
      ['path, index or reservation'],
    ),
    finding(
      'The reservation is of the voucher of the head',
      reservation.voucherId === head.voucherId,
      `voucher ${reservation.voucherId}, signed ${head.voucherId}`,
      ['reservation.voucherId'],
    ),
  ]
}

function rootBy({ size }: SignedHead, { reservation, index, path }: ProofFile): string | null {
  const bytes = fromBase64url(path)
  if (bytes === null || bytes.length % hashBytes !== 0) return null
  const hashes = Array.from({ length: bytes.length / hashBytes }, (_, at) =>
    bytes.subarray(at * hashBytes, (at + 1) * hashBytes),
  )
  const root = rootFromPath({ leaf: hashOf(reservation), index, size, path: hashes })
  return root === null ? null : toBase64url(root)
}
