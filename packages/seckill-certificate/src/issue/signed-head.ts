import { CompactSign } from 'jose'
import { canonicalJson } from '../format/canonical.js'
import type { SignedHead } from '../format/files.js'
import type { InstallationKeys } from '../keys/installation-keys.js'
import { keyIdOf, publicPart, signatureAlgorithm } from '../keys/published-keys.js'

/** The type in the header of a signed head: a signature of the same key over anything else is none of a head. */
export const headType = 'seckill-head'

/** Signs a head as a compact JWS; its payload is canonical JSON. */
export async function signHead(head: SignedHead, keys: Pick<InstallationKeys, 'signing'>): Promise<string> {
  return new CompactSign(new TextEncoder().encode(canonicalJson(head)))
    .setProtectedHeader({ alg: signatureAlgorithm, kid: await keyIdOf(publicPart(keys)), typ: headType })
    .sign(keys.signing)
}
