import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { verifyCertificate } from 'seckill-certificate'
import type { Stack } from 'seckill-local-stack'
import { certificateText } from '../certificate/export-certificate.js'
import { readBytes, writeText } from '../certificate/files.js'
import { findTrust } from '../certificate/find-trust.js'
import type { Sale } from '../sale/index.js'
import type { Sources } from '../sale/sources.js'

/** The signed certificate file of a demo, and the verdict on it: verified from the file and the keys that the API publishes. */
export interface DemoCertificate {
  readonly file: string
  readonly verified: boolean
}

interface DemoSale {
  readonly stack: Stack
  readonly sale: Sale
  readonly sources: Sources
}

/**
 * Writes the certificate file of a sale at rest into the folder of its stack, reads it again and verifies it.
 * @throws {Error} when the file cannot be written, or the API does not give its keys
 */
export async function exportAndVerify({ stack, sale, sources }: DemoSale, voucherId: number): Promise<DemoCertificate> {
  const folder = join(stack.dir, 'certificates')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `certificate-${voucherId}.json`)
  writeText(file, await certificateText(sources, stack, voucherId))
  const trust = await findTrust({ jwks: `${sale.api.url}/.well-known/jwks.json`, name: stack.name })
  const { ok } = await verifyCertificate(readBytes(file), trust)
  return { file, verified: ok }
}
