import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { publicKey } from '../format/files.js'
import { bytesText } from '../format/text-forms.js'

const keysFormat = 'seckill-installation-keys/1'

const signing = z
  .strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: bytesText(32), d: bytesText(32) })
  .refine(isPair, 'its public part x is not that of its private part d')
  .readonly()

/**
 * The keys of an installation, as their file has them. They are secret: `signing.d`, `pseudonyms` and `receipts` are never
 * logged, answered or written anywhere else.
 */
export const installationKeys = z
  .strictObject({
    format: z.literal(keysFormat),
    /** Signs certificates. */
    signing,
    /** Public keys that signed before; they stay published, so that old certificates can be verified. */
    formerSigning: z.array(publicKey).readonly().default([]),
    /** Makes pseudonyms of users. */
    pseudonyms: bytesText(32),
    /** Keys of receipts: the first one makes them, all of them verify. */
    receipts: z.array(bytesText(32)).min(1).readonly(),
  })
  .readonly()
export type InstallationKeys = z.output<typeof installationKeys>

/** Makes new random keys. */
export function newInstallationKeys(): InstallationKeys {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return installationKeys.parse({
    format: keysFormat,
    signing: { kty: 'OKP', crv: 'Ed25519', x, d },
    formerSigning: [],
    pseudonyms: secret(),
    receipts: [secret()],
  })
}

function secret(): string {
  return randomBytes(32).toString('base64url')
}

function isPair(key: { readonly kty: string; readonly crv: string; readonly x: string; readonly d: string }): boolean {
  // The public part is computed from `d` alone: an import as a JWK takes `x` as it is given.
  const seed = Buffer.from(key.d, 'base64url')
  if (seed.length !== 32) return false
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  return createPublicKey(privateKey).export({ format: 'jwk' }).x === key.x
}
