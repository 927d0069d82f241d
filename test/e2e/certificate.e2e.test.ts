import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operatorUserId, signToken } from 'seckill-cli/sale'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSaleUnderTest, type SaleUnderTest } from './sale-under-test.js'

let under: SaleUnderTest
let folder: string
let voucherId: number

beforeAll(async () => {
  under = await openSaleUnderTest()
  folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  voucherId = await under.putOnSale(50)
  await under.rush(voucherId, { shoppers: 200, rate: 500 })
  await under.certify(voucherId)
})
afterAll(async () => {
  await under?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs `./seckill certificate`: its exit code, and the JSON object on standard output. */
async function certificate(...args: readonly string[]) {
  const main = join(import.meta.dirname, '../../apps/cli/dist/main.js')
  return new Promise<{
    code: unknown
    result: { ok?: boolean; authentic?: boolean; reservation?: { traceId: string }; verdict?: string }
  }>((resolve) => {
    execFile(process.execPath, [main, 'certificate', ...args, '--json'], (error, stdout) =>
      resolve({ code: error === null ? 0 : error.code, result: JSON.parse(stdout) }),
    )
  })
}

const jwks = () => `${under.sale.api.url}/.well-known/jwks.json`

describe('the certificate file of a sale', () => {
  it('is exported, and verifies with the keys that the API publishes', async () => {
    const file = join(folder, 'certificate.json')
    const exported = await certificate('export', '--voucher', `${voucherId}`, '--name', under.stack.name, '--out', file)
    expect(exported).toMatchObject({ code: 0, result: { ok: true } })
    expect(await certificate('verify', file, '--jwks', jwks())).toMatchObject({
      code: 0,
      result: { ok: true, authentic: true },
    })
    const { reservations } = JSON.parse(readFileSync(file, 'utf8'))
    expect(reservations).toHaveLength(50)

    const proof = join(folder, 'proof.json')
    const { traceId } = reservations[7]
    expect(await certificate('proof', file, traceId, '--out', proof)).toMatchObject({ code: 0 })
    expect(await certificate('verify-proof', proof, '--jwks', jwks())).toMatchObject({
      code: 0,
      result: { ok: true, reservation: { traceId } },
    })

    const changed = join(folder, 'changed.json')
    writeFileSync(changed, readFileSync(file, 'utf8').replace('"units":1', '"units":2'))
    expect(await certificate('verify', changed, '--jwks', jwks())).toMatchObject({
      code: 1,
      result: { ok: false, authentic: false },
    })
    expect(await certificate('verify', file, '--thumbprint', 'another')).toMatchObject({ code: 1 })
  })

  it('is the same account from the admin port, signed by the same key', async () => {
    const token = await signToken(under.sale.secret, { userId: operatorUserId, role: 'operator' })
    const file = join(folder, 'from-admin.json')
    const from = ['--admin-url', under.sale.admin.url, '--token', token]
    expect(await certificate('export', '--voucher', `${voucherId}`, ...from, '--out', file)).toMatchObject({ code: 0 })
    expect(await certificate('verify', file, '--name', under.stack.name)).toMatchObject({ code: 0 })
    const [one, other] = [file, join(folder, 'certificate.json')].map((path) => JSON.parse(readFileSync(path, 'utf8')))
    expect(one.reservations).toEqual(other.reservations)
    expect(one.key).toEqual(other.key)
  })
})

describe('the receipt of a purchase', () => {
  it('is kept from the 202, and checked without a server', async () => {
    const url = `${under.sale.api.url}/api/v1/vouchers/${await under.putOnSale(1)}/purchases`
    const authorization = `Bearer ${await signToken(under.sale.secret, { userId: 7 })}`
    const answer = await (await fetch(url, { method: 'POST', headers: { authorization } })).text()
    const check = async (text: string) => {
      const file = join(folder, 'answer.json')
      writeFileSync(file, text)
      return certificate('verify-receipt', file, '--name', under.stack.name)
    }
    expect(await check(answer)).toMatchObject({ code: 0, result: { verdict: 'genuine' } })
    const cheaper = answer.replace('"priceMinor":990', '"priceMinor":1')
    expect(await check(cheaper)).toMatchObject({ code: 1, result: { verdict: 'forged' } })
  })
})
