import { toBase64url } from '../format/base64url.js'
import { canonicalJson } from '../format/canonical.js'
import { certifiedFigures } from '../format/figures.js'
import { certificateFormat, type SignedHead, signedHead } from '../format/files.js'
import { certifiedReservation } from '../format/reservation.js'
import type { InstallationKeys } from '../keys/installation-keys.js'
import { pseudonymsOf } from '../keys/pseudonym.js'
import { publicPart } from '../keys/published-keys.js'
import { growingRoot } from '../merkle/growing-root.js'
import { leafHash } from '../merkle/tree.js'
import type { SaleAccount } from './account.js'
import { inTurns } from './in-turns.js'
import { digestOf } from './leaves.js'
import { signHead } from './signed-head.js'

/** A new certificate. */
export interface IssuedCertificate {
  /** The text of its file, which is to be written as it is. */
  readonly text: string
  readonly head: SignedHead
  /** The head as it is signed: compact JWS. */
  readonly jws: string
}

/**
 * Makes the signed certificate of a sale, whatever its ledgers say: a sale that does not add up has one too, which says so.
 * Reservations are in the order of their trace ids, users are pseudonyms.
 *
 * @param issuedAt epoch milliseconds
 * @throws {ZodError} when the account is none, such as a count below zero
 *
 * @example
 * const { text } = await issueCertificate(account, readKeyFile('keys.json'), Date.now())
 * writeFileSync('certificate.json', text)
 */
export async function issueCertificate(
  account: SaleAccount,
  keys: InstallationKeys,
  issuedAt: number,
): Promise<IssuedCertificate> {
  const figures = certifiedFigures.parse(account.figures)
  const { voucherId } = figures.campaign
  const { leaves, root } = await leavesOf(account, keys.pseudonyms)
  const head = signedHead.parse({ voucherId, issuedAt, size: leaves.length, root, figures: digestOf(figures) })
  const jws = await signHead(head, keys)
  const members = { figures, format: certificateFormat, head: jws, key: publicPart(keys) }
  // The reservations are the last member by name; their canonical texts are those that were hashed.
  return { head, jws, text: `${canonicalJson(members).slice(0, -1)},"reservations":[${leaves.join(',')}]}\n` }
}

interface Leaves {
  /** The canonical JSON of each reservation. */
  readonly leaves: readonly string[]
  readonly root: string
}

async function leavesOf({ figures, reservations }: SaleAccount, key: string): Promise<Leaves> {
  const pseudonymOf = pseudonymsOf(key, figures.campaign.voucherId)
  const tree = growingRoot()
  const leaves: string[] = []
  const sorted = reservations.toSorted((one, other) => (one.traceId < other.traceId ? -1 : 1))
  await inTurns(sorted, ({ userId, ...reservation }) => {
    const leaf = canonicalJson(certifiedReservation.parse({ ...reservation, user: pseudonymOf(userId) }))
    tree.add(leafHash(leaf))
    leaves.push(leaf)
  })
  return { leaves, root: toBase64url(tree.root()) }
}
