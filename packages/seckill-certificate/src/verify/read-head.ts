import { compactVerify, errors } from 'jose'
import { fromBase64url } from '../format/base64url.js'
import { canonicalJson } from '../format/canonical.js'
import { type PublicKey, type SignedHead, signedHead } from '../format/files.js'
import { headType } from '../issue/signed-head.js'
import { keyIdOf, signatureAlgorithm } from '../keys/published-keys.js'
import { type Finding, finding } from './finding.js'
import { isTrusted, type Trust } from './trust.js'

/** A head and what was found about its key and its signature; `null` when its signature is not that of the key. */
export interface HeadReading {
  readonly head: SignedHead | null
  /** The thumbprint of the key in the file. */
  readonly keyId: string
  readonly findings: readonly Finding[]
}

const names = {
  key: 'The key is the one that the reader trusts',
  signature: 'The signature over the head is of that key',
} as const

/** Verifies a signed head with the key of its file, and this key against the trusted ones. */
export async function readHead(jws: string, key: PublicKey, trust: Trust): Promise<HeadReading> {
  const keyId = await keyIdOf(key)
  const trusted = await isTrusted(trust, key)
  const opened = await open(jws, key, keyId)
  const findings = [
    finding(names.key, trusted, `key ${keyId}`, [`key: ${untrusted(trust)}`]),
    'head' in opened
      ? finding(names.signature, true, `${signatureAlgorithm}, key ${keyId}`)
      : finding(names.signature, false, opened.problem, ['head']),
  ]
  return { head: 'head' in opened ? opened.head : null, keyId, findings }
}

function untrusted(trust: Trust): string {
  return trust.kind === 'keys' ? 'it is not among the given keys' : `its thumbprint is not ${trust.thumbprint}`
}

type Opened = { readonly head: SignedHead } | { readonly problem: string }

async function open(jws: string, key: PublicKey, keyId: string): Promise<Opened> {
  // A decoder takes several texts for the same bytes; only one of them was written.
  if (jws.split('.').some((part) => fromBase64url(part) === null)) return { problem: 'a part is not base64url' }
  try {
    const { payload, protectedHeader } = await compactVerify(jws, { ...key }, { algorithms: [signatureAlgorithm] })
    const { kid, typ } = protectedHeader
    if (kid !== keyId) return { problem: `the header names the key ${kid}, the file has ${keyId}` }
    if (typ !== headType) return { problem: `a ${typ} is signed, not a ${headType}` }
    return headIn(new TextDecoder().decode(payload))
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
    return { problem: error.message }
  }
}

function headIn(text: string): Opened {
  const parsed = signedHead.safeParse(jsonOf(text))
  if (!parsed.success) return { problem: parsed.error.issues.map((issue) => issue.message).join('; ') }
  return canonicalJson(parsed.data) === text ? { head: parsed.data } : { problem: 'the head is not canonical JSON' }
}

/** The value of a JSON text; a text that is none is `undefined`. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
