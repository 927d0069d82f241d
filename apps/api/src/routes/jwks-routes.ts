import { type RequestHandler, Router } from 'express'
import type { KeySet } from 'seckill-certificate/keys'
import { sendText } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'

const path = '/.well-known/jwks.json'
const mediaType = 'application/jwk-set+json'
/** A key that is replaced stays published, so that a reader's copy does no harm. */
const cacheHeaders = ['Cache-Control', 'public, max-age=300']

/** `GET /.well-known/jwks.json`: the public keys that sign certificates, as a JWK Set without an envelope; no token needed. */
export function jwksRoutes({ publishedKeys }: { readonly publishedKeys: () => Promise<KeySet> }): Router {
  const jwks: RequestHandler = async (_request, response) => {
    sendText(response, 200, JSON.stringify(await publishedKeys()), cacheHeaders, mediaType)
  }
  return Router().get(path, jwks).all(path, methodNotAllowed('GET, HEAD'))
}
