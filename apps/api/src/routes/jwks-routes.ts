import type { Router } from 'express'
import type { KeySet } from 'seckill-certificate/keys'
import { z } from 'zod'
import { type Operations, text } from '../http/operation.js'
import { routes } from '../http/routes.js'

const mediaType = 'application/jwk-set+json'
/** A key that is replaced stays published, so that a reader's copy does no harm. */
const cacheHeaders = ['Cache-Control', 'public, max-age=300']

const publishedKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string().meta({ description: 'the RFC 7638 thumbprint of the key' }),
  alg: z.literal('Ed25519'),
  use: z.literal('sig'),
})
const schema = z.strictObject({ keys: z.array(publishedKey) }).meta({ id: 'KeySet' })

/** The operation of the installation's keys. */
export const jwksOperations = {
  showKeys: {
    method: 'get',
    path: '/.well-known/jwks.json',
    summary: 'The public keys that sign certificates',
    access: 'anyone',
    answers: { 200: text(mediaType, 'A JWK Set (RFC 7517)', { schema }) },
  },
} as const satisfies Operations

/** Publishes the keys of the installation. */
export function jwksRoutes({ publishedKeys }: { readonly publishedKeys: () => Promise<KeySet> }): Router {
  return routes(jwksOperations)({
    async showKeys() {
      return { status: 200, text: JSON.stringify(await publishedKeys()), headers: cacheHeaders }
    },
  })
}
