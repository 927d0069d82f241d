import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { calculateJwkThumbprint, importJWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newInstallationKeys } from './installation-keys.js'
import { KeyFileError, makeKeyFile, readKeyFile, readOrMakeKeyFile } from './key-file.js'
import { pseudonymsOf } from './pseudonym.js'
import { publicPart, publishedKeys } from './published-keys.js'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'installation-keys-'))
  file = join(folder, 'stack', 'installation-keys.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

function writeKeys(value: unknown): void {
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value), { mode: 0o600 })
}

describe('the key file', () => {
  it('is made once, for its owner only, and read again', () => {
    const made = readOrMakeKeyFile(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(folder, 'stack'))).toEqual(['installation-keys.json'])
    expect(readOrMakeKeyFile(file)).toEqual(made)
    expect(readKeyFile(file)).toEqual(made)
  })

  it('is not replaced by new keys', () => {
    const made = makeKeyFile(file)
    expect(() => makeKeyFile(file)).toThrow(/already.*never replaced/)
    expect(readKeyFile(file)).toEqual(made)
    expect(readdirSync(join(folder, 'stack'))).toHaveLength(1)
  })

  it('is not made where it must be given', () => {
    expect(() => readKeyFile(file)).toThrow(/missing.*installation-keys\.json/)
  })

  it('is refused when every user may read it, and taken when its group may', () => {
    readOrMakeKeyFile(file)
    chmodSync(file, 0o644)
    expect(() => readOrMakeKeyFile(file)).toThrow(/open to every user.*644.*chmod 600/)
    chmodSync(file, 0o440)
    expect(readKeyFile(file).signing.kty).toBe('OKP')
  })

  it('names what is wrong without repeating a key', () => {
    const keys = newInstallationKeys()
    const other = newInstallationKeys()
    const wrong: readonly (readonly [unknown, string])[] = [
      [keys.signing.d, 'the file'],
      [{ ...keys, signing: { ...keys.signing, x: other.signing.x } }, 'signing: its public part'],
      [{ ...keys, signing: { ...keys.signing, d: keys.signing.d.slice(1) } }, 'signing.d'],
      [{ ...keys, receipts: [] }, 'receipts'],
      [{ ...keys, pseudonyms: 'short' }, 'pseudonyms'],
      [{ ...keys, format: 'seckill-installation-keys/2' }, 'format'],
    ]
    readOrMakeKeyFile(file)
    for (const [value, named] of wrong) {
      writeKeys(value)
      const failing = () => readKeyFile(file)
      expect(failing).toThrow(KeyFileError)
      expect(failing).toThrow(named)
      for (const secret of [keys.signing.d, keys.pseudonyms, ...keys.receipts]) expect(failing).not.toThrow(secret)
    }
  })
})

describe('published keys', () => {
  it('are public, by their thumbprint, the signing one first', async () => {
    const former = newInstallationKeys()
    const keys = { ...newInstallationKeys(), formerSigning: [publicPart(former)] }
    const { keys: published } = await publishedKeys(keys)
    expect(published.map(({ x }) => x)).toEqual([keys.signing.x, former.signing.x])
    for (const key of published) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
      expect(key.kid).toBe(await calculateJwkThumbprint({ ...key }))
      await expect(importJWK({ ...key })).resolves.toMatchObject({ type: 'public' })
    }
  })
})

describe('pseudonyms', () => {
  it('are the same for a user of a voucher, and others for other users, vouchers and keys', () => {
    const { pseudonyms } = newInstallationKeys()
    const made = [
      pseudonymsOf(pseudonyms, 7)(1),
      pseudonymsOf(pseudonyms, 7)(2),
      pseudonymsOf(pseudonyms, 71)(1),
      pseudonymsOf(newInstallationKeys().pseudonyms, 7)(1),
    ]
    expect(new Set(made).size).toBe(4)
    expect(pseudonymsOf(pseudonyms, 7)(1)).toBe(made[0])
    for (const pseudonym of made) expect(pseudonym).toMatch(/^[\w-]{22}$/)
  })
})
