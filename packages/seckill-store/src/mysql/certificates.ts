import type { Kysely, Transaction } from 'kysely'
import type { Database } from './database.js'

/** A certificate as it was issued. */
export interface NewCertificate {
  /** The text of its file. */
  readonly text: string
  /** Its head as it was signed: compact JWS. */
  readonly jws: string
  readonly head: {
    /** Epoch milliseconds. */
    readonly issuedAt: number
    /** Number of reservations. */
    readonly size: number
    readonly root: string
  }
}

/** The head of the certificate that a settled campaign ended with. */
export type CertificateHead = NewCertificate['head'] & Pick<NewCertificate, 'jws'>

/** Below the 16 MB that MariaDB takes in one statement by default. */
const bytesAPart = 1_048_576

/** Stores the certificate of a campaign with the transaction that settles it. @throws a duplicate key when it has one */
export async function saveCertificate(
  trx: Transaction<Database>,
  voucherId: number,
  { text, jws, head: { issuedAt, size, root } }: NewCertificate,
): Promise<void> {
  const bytes = Buffer.from(text)
  const parts = Math.ceil(bytes.length / bytesAPart)
  await trx
    .insertInto('certificates')
    .values({ voucher_id: voucherId, head: jws, issued_at: issuedAt, size, root, parts })
    .execute()
  for (let part = 0; part < parts; part++) {
    const row = { voucher_id: voucherId, part, bytes: bytes.subarray(part * bytesAPart, (part + 1) * bytesAPart) }
    await trx.insertInto('certificate_parts').values(row).execute()
  }
}

/** The signed head of the certificate of a settled campaign; undefined before that. */
export async function findCertificateHead(
  db: Kysely<Database>,
  voucherId: number,
): Promise<CertificateHead | undefined> {
  return db
    .selectFrom('certificates')
    .select(['head as jws', 'issued_at as issuedAt', 'size', 'root'])
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst()
}

/**
 * The text of the certificate file of a settled campaign, byte for byte as it was signed; undefined before that.
 * @throws {Error} when a part of it is missing
 */
export async function findCertificate(db: Kysely<Database>, voucherId: number): Promise<string | undefined> {
  const certificate = await db
    .selectFrom('certificates')
    .select('parts')
    .where('voucher_id', '=', voucherId)
    .executeTakeFirst()
  if (certificate === undefined) return undefined
  const parts: Buffer[] = []
  for (let part = 0; part < certificate.parts; part++) parts.push(await readPart(db, voucherId, part))
  return Buffer.concat(parts).toString()
}

async function readPart(db: Kysely<Database>, voucherId: number, part: number): Promise<Buffer> {
  const row = await db
    .selectFrom('certificate_parts')
    .select('bytes')
    .where('voucher_id', '=', voucherId)
    .where('part', '=', part)
    .executeTakeFirst()
  if (row !== undefined) return row.bytes
  throw new Error(`Part ${part} of the certificate of campaign ${voucherId} is missing: restore certificate_parts.`)
}
