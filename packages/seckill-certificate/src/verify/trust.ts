import { z } from 'zod'
import { type PublicKey, publicKey } from '../format/files.js'
import { keyIdOf } from '../keys/published-keys.js'

/** How the reader knows the installation's key: its published keys, or the thumbprint of one, got on another way than the file. */
export type Trust =
  | { readonly kind: 'keys'; readonly keys: readonly PublicKey[] }
  | { readonly kind: 'thumbprint'; readonly thumbprint: string }

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

/**
 * Takes the Ed25519 keys of a JWK Set; keys of other kinds are left out.
 * @throws {Error} when the value is no JWK Set, or has no Ed25519 key
 */
export function trustKeySet(value: unknown): Trust {
  const parsed = keySet.safeParse(value)
  if (!parsed.success) throw new Error('This is no JWK Set: it must be an object with an array "keys".')
  const keys = parsed.data.keys.flatMap(({ kty, crv, x }) => {
    const key = publicKey.safeParse({ kty, crv, x })
    return key.success ? [key.data] : []
  })
  if (keys.length === 0) throw new Error('The JWK Set has no Ed25519 key.')
  return { kind: 'keys', keys }
}

/** Trusts the key whose thumbprint (RFC 7638) this is. */
export function trustThumbprint(thumbprint: string): Trust {
  return { kind: 'thumbprint', thumbprint }
}

/** Reports whether the reader trusts a key. */
export async function isTrusted(trust: Trust, key: PublicKey): Promise<boolean> {
  switch (trust.kind) {
    case 'keys':
      return trust.keys.some(({ x }) => x === key.x)
    case 'thumbprint':
      return trust.thumbprint === (await keyIdOf(key))
  }
}
