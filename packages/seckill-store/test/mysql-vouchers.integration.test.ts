import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import {
  changeVoucher,
  closeCampaign,
  createCampaign,
  createVoucher,
  type Database,
  findVoucher,
  listAudit,
  listVouchers,
  VoucherExistsError,
  VoucherInSaleError,
} from 'seckill-store/mysql'
import { seedCampaign, type TemporaryDatabase, temporaryDatabase, temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

let database: TemporaryDatabase
let db: Kysely<Database>
beforeAll(async () => {
  database = await temporaryDatabase()
  db = database.db
})
afterAll(() => database.drop())

const by = { actor: 'test', reason: 'spring' }
const spring = { title: '春天', listPriceMinor: 500, currency: 'CNY' }

async function ordinary() {
  return createVoucher(db, { id: temporaryVoucherId(), ...spring }, by)
}

describe('an ordinary voucher', () => {
  test('is created once, and is on sale without a campaign', async () => {
    const voucher = await ordinary()
    expect(voucher).toMatchObject({ ...spring, status: 'ON_SALE', campaign: null })
    expect(await findVoucher(db, voucher.id)).toEqual(voucher)
    const again = createVoucher(db, { ...spring, id: voucher.id, title: 'another' }, by)
    await expect(again).rejects.toBeInstanceOf(VoucherExistsError)
    expect(await findVoucher(db, voucher.id)).toEqual(voucher)
  })

  test('changes in what is given, and each change is in the audit', async () => {
    const voucher = await ordinary()
    const changed = await changeVoucher(db, voucher.id, { title: '夏天', status: 'WITHDRAWN' }, by)
    expect(changed).toEqual({ ...voucher, title: '夏天', status: 'WITHDRAWN' })
    expect(await findVoucher(db, voucher.id)).toEqual(changed)
    const [change, creation] = await listAudit(db, `voucher:${voucher.id}`)
    expect(creation).toMatchObject({ action: 'voucher.create', actor: 'test', reason: 'spring' })
    expect(change).toMatchObject({ action: 'voucher.change', actor: 'test', reason: 'spring' })
  })

  test('that does not exist is not changed', async () => {
    expect(await changeVoucher(db, temporaryVoucherId(), { title: 'none' }, by)).toBeUndefined()
  })
})

describe('a voucher that a campaign sells', () => {
  test('is withdrawn only when the campaign is over', async () => {
    const { voucherId } = await seedCampaign(db)
    const withdraw = () => changeVoucher(db, voucherId, { status: 'WITHDRAWN' }, by)
    await expect(withdraw()).rejects.toBeInstanceOf(VoucherInSaleError)
    expect(await findVoucher(db, voucherId)).toMatchObject({ status: 'ON_SALE', campaign: 'OPEN' })
    await closeCampaign(db, voucherId, { actor: 'test' })
    expect(await withdraw()).toMatchObject({ status: 'WITHDRAWN', campaign: 'CLOSED' })
  })

  test('must not be withdrawn', async () => {
    const { id } = await ordinary()
    await changeVoucher(db, id, { status: 'WITHDRAWN' }, by)
    const terms = { beginsAt: 1, endsAt: 2, limitPerUser: 1, priceMinor: 1, payWindowMs: 1, total: 3, actor: 'test' }
    const create = () => createCampaign(db, { ...terms, voucherId: id, operationId: randomUUID() })
    await expect(create()).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await changeVoucher(db, id, { status: 'ON_SALE' }, by)
    expect(await create()).toMatchObject({ campaign: { state: 'DRAFT' } })
  })
})

test('vouchers are listed by kind and status, page by page', async () => {
  const { id } = await ordinary()
  const { voucherId } = await seedCampaign(db)
  const ids = async (page: object) => (await listVouchers(db, { after: 0, limit: 500, ...page })).map((one) => one.id)
  expect(await ids({})).toEqual(expect.arrayContaining([id, voucherId]))
  expect(await ids({ kind: 'ORDINARY' })).toContain(id)
  expect(await ids({ kind: 'ORDINARY' })).not.toContain(voucherId)
  expect(await ids({ kind: 'SECKILL' })).toContain(voucherId)
  expect(await ids({ kind: 'SECKILL' })).not.toContain(id)
  expect(await ids({ status: 'WITHDRAWN' })).not.toContain(id)
  const all = await ids({})
  expect([...(await ids({ limit: 1 })), ...(await ids({ after: all[0], limit: 1 }))]).toEqual(all.slice(0, 2))
})
