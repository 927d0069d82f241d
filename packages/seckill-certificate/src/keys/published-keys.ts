import { calculateJwkThumbprint } from 'jose'
import type { PublicKey } from '../format/files.js'
import type { InstallationKeys } from './installation-keys.js'

/** The algorithm of every signature (RFC 9864). */
export const signatureAlgorithm = 'Ed25519'

/** A public key as a JWKS has it. */
type PublishedKey = PublicKey & {
  readonly kid: string
  readonly alg: typeof signatureAlgorithm
  readonly use: 'sig'
}

/** A JWK Set (RFC 7517). */
export interface KeySet {
  readonly keys: readonly PublishedKey[]
}

/** The id of a key: its thumbprint (RFC 7638, SHA-256, base64url). */
export function keyIdOf({ kty, crv, x }: PublicKey): Promise<string> {
  return calculateJwkThumbprint({ kty, crv, x })
}

/** The public part of the signing key. */
export function publicPart({ signing: { kty, crv, x } }: Pick<InstallationKeys, 'signing'>): PublicKey {
  return { kty, crv, x }
}

/** The public keys of an installation, the one that signs first. */
export async function publishedKeys(keys: InstallationKeys): Promise<KeySet> {
  const all = [publicPart(keys), ...keys.formerSigning]
  return { keys: await Promise.all(all.map(publish)) }
}

async function publish(key: PublicKey): Promise<PublishedKey> {
  return { ...key, kid: await keyIdOf(key), alg: signatureAlgorithm, use: 'sig' }
}
