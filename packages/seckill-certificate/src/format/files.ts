import { z } from 'zod'
import { certifiedFigures } from './figures.js'
import { certifiedReservation } from './reservation.js'
import { bytesText, count, digestForm, voucherIdForm, whole } from './text-forms.js'

export const certificateFormat = 'seckill-certificate/2'
export const proofFormat = 'seckill-proof/2'

/** A public Ed25519 key as a JWK, with the members of its thumbprint and no others. */
export const publicKey = z
  .strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: bytesText(32) })
  .readonly()
export type PublicKey = z.output<typeof publicKey>

/** What is signed: the root over the reservations and the digest of the figures. */
export const signedHead = z
  .strictObject({
    voucherId: voucherIdForm,
    /** Epoch milliseconds. */
    issuedAt: whole,
    /** Number of reservations. */
    size: count,
    /** RFC 6962 root over the canonical JSON of the reservations, in the order of the file. */
    root: digestForm,
    /** SHA-256 of the canonical JSON of the figures. */
    figures: digestForm,
  })
  .readonly()
export type SignedHead = z.output<typeof signedHead>

/** A compact JWS. */
const jws = z.string().regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'must be a compact JWS')

/** A certificate file: a signed head, and all that its digests stand for. */
export const certificateFile = z
  .strictObject({
    format: z.literal(certificateFormat),
    /** Compact JWS of a {@link SignedHead}. */
    head: jws,
    /** The key of the signature; it is trusted only when its thumbprint is known from elsewhere. */
    key: publicKey,
    figures: certifiedFigures,
    reservations: z.array(certifiedReservation).readonly(),
  })
  .readonly()
export type CertificateFile = z.output<typeof certificateFile>

/** A proof that one reservation is in a certificate; it is checked with the trusted key and nothing else. */
export const proofFile = z
  .strictObject({
    format: z.literal(proofFormat),
    head: jws,
    key: publicKey,
    reservation: certifiedReservation,
    /** Its place among the reservations, from 0. */
    index: count,
    /** The hashes beside its way to the root, from the leaf upwards, one after another in base64url. */
    path: z.string(),
  })
  .readonly()
export type ProofFile = z.output<typeof proofFile>
