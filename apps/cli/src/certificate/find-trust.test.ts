import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KeySet, newInstallationKeys, publishedKeys } from 'seckill-certificate/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findTrust } from './find-trust.js'

let folder: string
let published: KeySet
let server: Server
let url: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'))
  published = await publishedKeys(newInstallationKeys())
  server = createServer(({ url: path }, response) => {
    response.writeHead(path === '/jwks.json' ? 200 : 404).end(JSON.stringify(published))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

function fileWith(text: string): string {
  const file = join(folder, 'keys.json')
  writeFileSync(file, text)
  return file
}

describe('findTrust', () => {
  it('takes published keys from a file and from a URL', async () => {
    const key = { kty: 'OKP', crv: 'Ed25519', x: published.keys[0]?.x }
    const expected = { kind: 'keys', keys: [key] }
    expect(await findTrust({ name: 'none', jwks: fileWith(JSON.stringify(published)) })).toEqual(expected)
    expect(await findTrust({ name: 'none', jwks: `${url}/jwks.json` })).toEqual(expected)
  })

  it('takes a thumbprint as it is', async () => {
    expect(await findTrust({ name: 'none', thumbprint: 'abc' })).toEqual({ kind: 'thumbprint', thumbprint: 'abc' })
  })

  it.each([
    ['both', () => ({ jwks: 'keys.json', thumbprint: 'abc' }), 'not both'],
    ['neither, where the stack has no key', () => ({}), "the stack 'no-such-stack' has none"],
    ['a file that is not there', () => ({ jwks: join(folder, 'absent.json') }), /absent\.json.*cannot be read/],
    ['a file without JSON', () => ({ jwks: fileWith('keys') }), /keys\.json cannot be used/],
    ['a set without an Ed25519 key', () => ({ jwks: fileWith('{"keys":[]}') }), 'no Ed25519 key'],
    ['a URL without keys', () => ({ jwks: `${url}/other` }), 'answered 404'],
    ['a URL that nobody serves', () => ({ jwks: 'http://127.0.0.1:9/jwks.json' }), /127\.0\.0\.1:9.*cannot be used/],
  ])('refuses %s, and says why', async (_what, flags, reason) => {
    await expect(findTrust({ name: 'no-such-stack', ...flags() })).rejects.toThrow(reason)
  })
})
