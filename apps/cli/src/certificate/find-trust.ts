import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Trust, trustKeySet, trustThumbprint } from 'seckill-certificate'
import { publishedKeys, readKeyFile } from 'seckill-certificate/keys'
import { findRepositoryRoot, stacksDirectory } from 'seckill-local-stack'
import { keyFileIn } from '../sale/key-file-in.js'
import { readBytes } from './files.js'
import { reasonOf } from './reason.js'

/** The flags that say which key the reader trusts. */
export interface TrustFlags {
  /** A file or an http(s) URL with a JWK Set. */
  readonly jwks?: string
  /** The RFC 7638 thumbprint of the key. */
  readonly thumbprint?: string
  /** A local stack, whose keys are trusted when neither is given. */
  readonly name: string
}

const fetchLimitMs = 10_000

/**
 * The key that the flags name; without one, that of the local stack.
 * @throws {Error} when both are given, none can be found, or the JWK Set cannot be read
 */
export async function findTrust({ jwks, thumbprint, name }: TrustFlags): Promise<Trust> {
  if (jwks !== undefined && thumbprint !== undefined) throw new Error('Give --jwks or --thumbprint, not both.')
  if (thumbprint !== undefined) return trustThumbprint(thumbprint)
  if (jwks === undefined) return trustOfStack(name)
  try {
    return trustKeySet(await readKeySet(jwks))
  } catch (cause) {
    throw new Error(`The keys at ${jwks} cannot be used: ${reasonOf(cause)}`, { cause })
  }
}

async function trustOfStack(name: string): Promise<Trust> {
  const file = keyFileIn(join(stacksDirectory(findRepositoryRoot()), name))
  if (!existsSync(file)) {
    throw new Error(
      `No key is given, and the stack '${name}' has none. Give the keys of the installation that signed, from its API or from somebody you trust: --jwks https://…/.well-known/jwks.json, or --thumbprint.`,
    )
  }
  return trustKeySet(await publishedKeys(readKeyFile(file)))
}

async function readKeySet(from: string): Promise<unknown> {
  return JSON.parse(/^https?:\/\//.test(from) ? await fetchText(from) : new TextDecoder().decode(readBytes(from)))
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(fetchLimitMs) })
  if (!response.ok) throw new Error(`it was answered ${response.status}`)
  return response.text()
}
