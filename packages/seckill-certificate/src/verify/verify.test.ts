import fc from 'fast-check'
import { CompactSign } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { sampleSale, sampleTraceId, sampleVoucher } from '../../test/sample-sale.js'
import { canonicalJson, fileText } from '../format/canonical.js'
import type { CertificateFile, ProofFile } from '../format/files.js'
import type { SaleAccount } from '../issue/account.js'
import { issueCertificate } from '../issue/issue-certificate.js'
import { newInstallationKeys } from '../keys/installation-keys.js'
import { keyIdOf, publicPart, publishedKeys } from '../keys/published-keys.js'
import { proofOf, verifyProof } from './proof.js'
import { type Trust, trustKeySet, trustThumbprint } from './trust.js'
import type { Verification } from './verification.js'
import { verifyCertificate } from './verify-certificate.js'

const size = 13
const issuedAt = 1_795_003_700_000
const keys = newInstallationKeys()
let file: CertificateFile
let bytes: Uint8Array
let trust: Trust

/** The content of a certificate file of a sale. */
async function issued(account: SaleAccount, by = keys): Promise<CertificateFile> {
  return JSON.parse((await issueCertificate(account, by, issuedAt)).text)
}

const bytesOf = (value: unknown) => new TextEncoder().encode(fileText(value))
const wrongIn = ({ findings }: Verification) => findings.filter((one) => !one.ok).map((one) => one.name)

beforeAll(async () => {
  file = await issued(sampleSale(size))
  bytes = bytesOf(file)
  trust = trustKeySet(await publishedKeys(keys))
})

function proofAt(number: number): ProofFile {
  const proof = proofOf(file, sampleTraceId(number))
  if (proof === null) throw new Error(`There is no reservation ${number} in the sample.`)
  return proof
}

/** A byte and its change: any other value of one place. */
const change = fc.record({ at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) })

function changed(original: Uint8Array, { at, by }: { readonly at: number; readonly by: number }): Uint8Array {
  const copy = Uint8Array.from(original)
  copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ by
  return copy
}

describe('a certificate', () => {
  it('verifies by itself, with the published keys or the thumbprint of the key', async () => {
    const verification = await verifyCertificate(bytes, trust)
    expect(wrongIn(verification)).toEqual([])
    expect(verification).toMatchObject({ ok: true, head: { voucherId: sampleVoucher, size, issuedAt } })
    const thumbprint = await keyIdOf(publicPart(keys))
    expect(verification.keyId).toBe(thumbprint)
    expect((await verifyCertificate(bytes, trustThumbprint(thumbprint))).ok).toBe(true)
  })

  it.each([0, 1, 2, 64])('of %i reservations verifies', async (reservations) => {
    const { text, head } = await issueCertificate(sampleSale(reservations), keys, issuedAt)
    const verification = await verifyCertificate(new TextEncoder().encode(text), trust)
    expect(wrongIn(verification)).toEqual([])
    expect(verification.head).toEqual(head)
  })

  it('is the same file whatever the order of the reservations and of the keys', async () => {
    const { figures, reservations } = sampleSale(size)
    const again = await issued({ reservations: reservations.toReversed(), figures })
    expect(fileText(again)).toBe(fileText(file))
  })

  it('names no user', () => {
    const text = fileText(file)
    for (const { userId } of sampleSale(size).reservations) expect(text).not.toContain(String(userId))
    expect(new Set(file.reservations.map((one) => one.user)).size).toBe(size)
  })

  it('fails with any one byte changed', async () => {
    await fc.assert(
      fc.asyncProperty(change, async (one) => (await verifyCertificate(changed(bytes, one), trust)).ok === false),
      { numRuns: 300 },
    )
  })

  it('fails with each of its bytes changed, one at a time', async () => {
    const short = bytesOf(await issued(sampleSale(2)))
    for (let at = 0; at < short.length; at++) {
      for (const by of [1, 2, 32]) {
        expect((await verifyCertificate(changed(short, { at, by }), trust)).ok, `byte ${at} ^ ${by}`).toBe(false)
      }
    }
  }, 30_000)

  it('fails with a byte more, a byte less, and every other spelling of the same values', async () => {
    const text = fileText(file)
    const spellings = [
      text.slice(0, -1),
      `${text}\n`,
      `\ufeff${text}`,
      text.replace('"units":1', '"units":1.0'),
      text.replace('"units":1', '"units": 1'),
      text.replace('"units":1,', '"units":2,"units":1,'),
      text.replace('{', '{"__proto__":{},'),
      `${JSON.stringify(Object.fromEntries(Object.entries(file).toReversed()))}\n`,
    ]
    for (const spelling of spellings) {
      const verification = await verifyCertificate(new TextEncoder().encode(spelling), trust)
      expect(verification.ok, spelling.slice(0, 40)).toBe(false)
    }
  })

  it('of another key fails for its key alone: whoever can make keys can sign', async () => {
    const foreign = bytesOf(await issued(sampleSale(size), newInstallationKeys()))
    expect(wrongIn(await verifyCertificate(foreign, trust))).toEqual(['The key is the one that the reader trusts'])
    const byThumbprint = await verifyCertificate(foreign, trustThumbprint(await keyIdOf(publicPart(keys))))
    expect(wrongIn(byThumbprint)).toEqual(['The key is the one that the reader trusts'])
  })

  it('fails with a signature of the same key over something that is no head', async () => {
    const [, payload = ''] = file.head.split('.')
    const sign = (header: object, text: string) =>
      new CompactSign(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'Ed25519', ...header })
        .sign({ ...keys.signing })
    const head = Buffer.from(payload, 'base64url').toString()
    const kid = await keyIdOf(publicPart(keys))
    const others = [
      await sign({ kid, typ: 'JWT' }, head),
      await sign({ kid: 'other', typ: 'seckill-head' }, head),
      await sign({ kid, typ: 'seckill-head' }, `${head} `),
      await sign({ kid, typ: 'seckill-head' }, canonicalJson({ ...JSON.parse(head), more: 1 })),
      await sign({ kid, typ: 'seckill-head' }, 'no JSON'),
    ]
    for (const other of others) {
      const verification = await verifyCertificate(bytesOf({ ...file, head: other }), trust)
      expect(wrongIn(verification)).toEqual(['The signature over the head is of that key'])
      expect(verification.head).toBeNull()
    }
  })

  it('of a sale that does not add up is authentic all the same, and says so', async () => {
    const { figures, reservations } = sampleSale(size)
    const short = { ...figures, stock: figures.stock && { ...figures.stock, quantity: 4 } }
    const certificate = await issued({ figures: short, reservations })
    expect(await verifyCertificate(bytesOf(certificate), trust)).toMatchObject({ ok: false, authentic: true })
    expect(await verifyCertificate(bytesOf({ ...certificate, figures }), trust)).toMatchObject({
      ok: false,
      authentic: false,
    })
  })

  it('says where it is not what was signed', async () => {
    const [first, ...rest] = file.reservations
    const more = { ...file, reservations: [{ ...first, priceMinor: 1 }, ...rest] }
    const { findings } = await verifyCertificate(bytesOf(more), trust)
    const wrong = findings.filter((one) => !one.ok)
    expect(wrong.flatMap((one) => one.where)).toEqual(
      expect.arrayContaining(['reservations', expect.stringContaining('reservations[0] 7-')]),
    )
    const title = { ...file, figures: { ...file.figures, campaign: { ...file.figures.campaign, title: 'x' } } }
    expect(wrongIn(await verifyCertificate(bytesOf(title), trust))).toEqual(['The figures are those that were signed'])
  })

  it('that cannot be read is told by place', async () => {
    const whereOf = async (text: string) =>
      (await verifyCertificate(new TextEncoder().encode(text), trust)).findings.flatMap((one) => one.where)
    expect(await whereOf('')).toEqual([expect.stringContaining('the file: ')])
    expect(await whereOf('{}')).toEqual(expect.arrayContaining([expect.stringContaining('format: ')]))
    expect(await whereOf(fileText(file).replace('"units":1', '"units":-1'))).toEqual([
      expect.stringMatching(/^reservations\[\d+\]\.units: /),
    ])
    const invalid = await verifyCertificate(Uint8Array.of(0x22, 0xff, 0x22), trust)
    expect(invalid).toMatchObject({ ok: false, head: null, file: null })
  })
})

describe('a proof', () => {
  it('of each reservation verifies with the key and nothing else', async () => {
    for (let number = 0; number < size; number++) {
      const verification = await verifyProof(bytesOf(proofAt(number)), trust)
      expect(wrongIn(verification)).toEqual([])
      expect(verification.reservation?.traceId).toBe(sampleTraceId(number))
    }
  })

  it('is not there for a trace id that the certificate does not have', () => {
    expect(proofOf(file, sampleTraceId(size))).toBeNull()
  })

  it('has a hash a level, and about a kilobyte in all for a thousand reservations', async () => {
    const large = await issued(sampleSale(1_000))
    const proof = proofOf(large, sampleTraceId(500))
    expect(Buffer.from(proof?.path ?? '', 'base64url')).toHaveLength(10 * 32)
    expect(bytesOf(proof).length).toBeLessThan(1_400)
  })

  it('fails with any one byte changed', async () => {
    await fc.assert(
      fc.asyncProperty(change, fc.nat(size - 1), async (one, number) => {
        const verification = await verifyProof(changed(bytesOf(proofAt(number)), one), trust)
        return verification.ok === false
      }),
      { numRuns: 300 },
    )
  })

  it('fails with the reservation, the path, the place or the head of another one', async () => {
    const otherHead = (await issued(sampleSale(size - 1))).head
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), fc.nat(size - 1), async (one, other) => {
        fc.pre(one !== other)
        const [proof, stranger] = [proofAt(one), proofAt(other)]
        const mixed = [
          { ...proof, reservation: stranger.reservation },
          { ...proof, path: stranger.path },
          { ...proof, index: stranger.index },
          { ...proof, head: otherHead },
        ]
        for (const each of mixed) {
          expect(wrongIn(await verifyProof(bytesOf(each), trust))).toEqual([
            'The path leads from the reservation to the signed root',
          ])
        }
      }),
    )
  })
})

describe('trustKeySet', () => {
  it('takes Ed25519 keys and leaves out the others', async () => {
    const { keys: published } = await publishedKeys(keys)
    const mixed = { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }, ...published] }
    expect((await verifyCertificate(bytes, trustKeySet(mixed))).ok).toBe(true)
  })

  it.each([[null], [{}], [{ keys: [] }], [{ keys: [{ kty: 'RSA' }] }]])('refuses %j', (value) => {
    expect(() => trustKeySet(value)).toThrow(/JWK Set/)
  })
})
