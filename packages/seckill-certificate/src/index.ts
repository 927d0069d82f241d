export { fileText } from './format/canonical.js'
export type { CertifiedFigures } from './format/figures.js'
export {
  type CertificateFile,
  certificateFile,
  type ProofFile,
  type PublicKey,
  type SignedHead,
} from './format/files.js'
export type { AccountedReservation, CertifiedReservation } from './format/reservation.js'
export type { SaleAccount } from './issue/account.js'
export { type IssuedCertificate, issueCertificate } from './issue/issue-certificate.js'
export type { Finding } from './verify/finding.js'
export { type ProofVerification, proofOf, verifyProof } from './verify/proof.js'
export { type Trust, trustKeySet, trustThumbprint } from './verify/trust.js'
export { type CertificateVerification, readCertificate, verifyCertificate } from './verify/verify-certificate.js'
