import { toBase64url } from '../format/base64url.js'
import { type CertificateFile, certificateFile, certificateFormat } from '../format/files.js'
import type { CertifiedReservation } from '../format/reservation.js'
import type { InstallationKeys } from '../keys/installation-keys.js'
import { pseudonymsOf } from '../keys/pseudonym.js'
import { publicPart } from '../keys/published-keys.js'
import { rootOf } from '../merkle/tree.js'
import type { SaleAccount } from './account.js'
import { digestOf, treeOf } from './leaves.js'
import { signHead } from './signed-head.js'

/**
 * Makes the signed certificate of a sale, whatever its ledgers say: a sale that does not add up has one too, which says so.
 * Reservations are in the order of their trace ids, users are pseudonyms.
 *
 * @param issuedAt epoch milliseconds
 * @throws {ZodError} when the account is none, such as a count below zero
 *
 * @example
 * const file = await issueCertificate(account, readKeyFile('keys.json'), Date.now())
 * writeFileSync('certificate.json', fileText(file))
 */
export async function issueCertificate(
  account: SaleAccount,
  keys: InstallationKeys,
  issuedAt: number,
): Promise<CertificateFile> {
  const { figures } = account
  const { voucherId } = figures.campaign
  const reservations = certified(account, keys.pseudonyms)
  const root = toBase64url(rootOf(treeOf(reservations)))
  const head = { voucherId, issuedAt, size: reservations.length, root, figures: digestOf(figures) }
  const file = {
    format: certificateFormat,
    head: await signHead(head, keys),
    key: publicPart(keys),
    figures,
    reservations,
  }
  return certificateFile.parse(file)
}

function certified({ figures, reservations }: SaleAccount, key: string): readonly CertifiedReservation[] {
  const pseudonymOf = pseudonymsOf(key, figures.campaign.voucherId)
  return reservations
    .map(({ userId, ...reservation }) => ({ ...reservation, user: pseudonymOf(userId) }))
    .sort((one, other) => (one.traceId < other.traceId ? -1 : 1))
}
