import { issueCertificate } from 'seckill-certificate'
import { readOrMakeKeyFile } from 'seckill-certificate/keys'
import type { Stack } from 'seckill-local-stack'
import { saleAccount } from 'seckill-store/invariants'
import { findCertificate } from 'seckill-store/mysql'
import { countRunsAtRest } from '../sale/count-runs-at-rest.js'
import { withSources } from '../sale/find-sources.js'
import { keyFileIn } from '../sale/key-file-in.js'
import type { Sources } from '../sale/sources.js'

/** The certificate file of a sale of a local stack that runs. */
export function exportFromStack(name: string, voucherId: number): Promise<string> {
  return withSources(name, (sources, stack) => certificateText(sources, stack, voucherId))
}

/**
 * The certificate file of a sale of a local stack: the one that a settled campaign ended with; of any other, an account made now and
 * signed with the keys of the stack.
 */
export async function certificateText(
  sources: Sources,
  { dir }: Pick<Stack, 'dir'>,
  voucherId: number,
): Promise<string> {
  const { db, gate } = sources
  const stored = await findCertificate(db, voucherId)
  if (stored !== undefined) return stored
  const runs = await countRunsAtRest(sources, voucherId)
  const account = await saleAccount({ db, gate, voucherId, runs })
  const { text } = await issueCertificate(account, readOrMakeKeyFile(keyFileIn(dir)), Date.now())
  return text
}

/** An admin port and a token for it. */
export interface AdminAddress {
  readonly adminUrl: string
  readonly token: string
}

const exportLimitMs = 600_000

/**
 * Has a sale elsewhere make the file.
 * @throws {Error} when the admin port does not answer, or refuses
 */
export async function exportFromAdmin({ adminUrl, token }: AdminAddress, voucherId: number): Promise<string> {
  const url = new URL(`/admin/v1/campaigns/${voucherId}/certificate/file`, adminUrl)
  const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' }
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(exportLimitMs) }).catch((cause: unknown) => {
    throw new Error(`The admin port ${url.origin} cannot be reached.`, { cause })
  })
  const text = await response.text()
  if (response.ok) return text
  throw new Error(`GET ${url.pathname} was answered ${response.status}: ${text.slice(0, 300)}`)
}
