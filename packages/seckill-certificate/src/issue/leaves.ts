import { createHash } from 'node:crypto'
import { toBase64url } from '../format/base64url.js'
import { canonicalJson } from '../format/canonical.js'
import type { CertifiedFigures } from '../format/figures.js'
import type { CertifiedReservation } from '../format/reservation.js'
import { leafHash, type MerkleTree, merkleTree } from '../merkle/tree.js'

/** The tree over reservations in their order: a leaf is the canonical JSON of one. */
export function treeOf(reservations: readonly CertifiedReservation[]): MerkleTree {
  return merkleTree(reservations.map(hashOf))
}

/** The hash of a reservation as a leaf. */
export function hashOf(reservation: CertifiedReservation): Uint8Array {
  return leafHash(canonicalJson(reservation))
}

/** The digest of the figures: SHA-256 of their canonical JSON, in base64url. */
export function digestOf(figures: CertifiedFigures): string {
  return toBase64url(createHash('sha256').update(canonicalJson(figures)).digest())
}
