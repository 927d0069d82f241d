import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import {
  type CampaignState,
  campaignLimits,
  campaignTransitions,
  closeCampaign,
  createCampaign,
  editCampaign,
  findCampaign,
  findCertificate,
  findCertificateHead,
  findVoucher,
  listAudit,
  listUnsettledCampaigns,
  openCampaign,
  pauseCampaign,
  type StateChange,
  settleCampaign,
  warmCampaign,
} from 'seckill-store/mysql'
import { seedCampaign, type TemporaryDatabase, temporaryDatabase, temporaryVoucherId } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anyCertificate } from './any-certificate.js'

let database: TemporaryDatabase
beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database.drop())

const actor = 'ada'
const changes: Readonly<Record<Exclude<CampaignState, 'DRAFT'>, StateChange>> = {
  WARM: warmCampaign,
  OPEN: openCampaign,
  PAUSED: pauseCampaign,
  CLOSED: closeCampaign,
  SETTLED: (db, voucherId, request) => settleCampaign(db, voucherId, { ...request, certificate: anyCertificate }),
}
const states = Object.keys(campaignTransitions) as CampaignState[]
const pairs = states.flatMap((from) => (Object.keys(changes) as (keyof typeof changes)[]).map((to) => ({ from, to })))

async function campaignIn(state: CampaignState): Promise<number> {
  const { voucherId } = await seedCampaign(database.db, { state: 'DRAFT' })
  await sql`UPDATE seckill_vouchers SET state = ${state} WHERE voucher_id = ${voucherId}`.execute(database.db)
  return voucherId
}

describe.each(pairs)('a campaign that is $from, asked to become $to', ({ from, to }) => {
  const allowed = campaignTransitions[from].includes(to)
  const already = from === to || (from === 'SETTLED' && to === 'CLOSED')
  test(allowed ? 'does' : already ? 'stays as it is' : 'refuses', async () => {
    const voucherId = await campaignIn(from)
    const asked = changes[to](database.db, voucherId, { actor })
    if (allowed) {
      const expected = { changed: true, campaign: { state: to, version: 2 } }
      expect(await asked).toMatchObject(expected)
    } else if (already) {
      expect(await asked).toMatchObject({ changed: false, campaign: { state: from, version: 1 } })
    } else {
      await expect(asked).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
      expect(await findCampaign(database.db, voucherId)).toMatchObject({ state: from, version: 1 })
    }
  })
})

describe('what the gate is given', () => {
  test('is nothing for a draft, the version and terms for the others, CLOSED for a settled one', async () => {
    const draft = await seedCampaign(database.db, { state: 'DRAFT', total: 7, limitPerUser: 2 })
    expect(draft.gate).toBeNull()
    const { voucherId, campaign } = draft
    const { beginsAt, endsAt } = campaign
    const warm = await warmCampaign(database.db, voucherId, { actor })
    expect(warm.gate).toEqual({ voucherId, version: 2, total: 7, limitPerUser: 2, beginsAt, endsAt, state: 'WARM' })
    await closeCampaign(database.db, voucherId, { actor })
    const settled = await settleCampaign(database.db, voucherId, { actor, certificate: anyCertificate })
    expect(settled.gate).toMatchObject({ version: 4, state: 'CLOSED' })
  })
})

describe('If-Match', () => {
  test('lets one of two changes of the same version through', async () => {
    const { voucherId, campaign } = await seedCampaign(database.db)
    const request = { actor, version: campaign.version }
    const answers = await Promise.allSettled([
      editCampaign(database.db, voucherId, { priceMinor: 100 }, request),
      editCampaign(database.db, voucherId, { priceMinor: 200 }, request),
    ])
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'rejected'])
    const refused = answers.find((answer) => answer.status === 'rejected')
    expect(refused?.reason).toMatchObject({ code: 'VERSION_CONFLICT' })
    expect(await findCampaign(database.db, voucherId)).toMatchObject({ version: campaign.version + 1 })
  })

  test('refuses a state change that was made in the meantime', async () => {
    const { voucherId, campaign } = await seedCampaign(database.db, { state: 'WARM' })
    await openCampaign(database.db, voucherId, { actor })
    const stale = openCampaign(database.db, voucherId, { actor, version: campaign.version })
    await expect(stale).rejects.toMatchObject({ code: 'VERSION_CONFLICT' })
  })
})

describe('an edit', () => {
  test('changes the terms named and writes who, before and after', async () => {
    const { voucherId, campaign } = await seedCampaign(database.db)
    const { campaign: after } = await editCampaign(
      database.db,
      voucherId,
      { priceMinor: 5, limitPerUser: 3 },
      { actor },
    )
    expect(after).toEqual({ ...campaign, priceMinor: 5, limitPerUser: 3, version: campaign.version + 1 })
    const [row] = await listAudit(database.db, `campaign:${voucherId}`)
    expect(row).toMatchObject({ actor, action: 'campaign.edit' })
    expect(JSON.parse(row?.before_value ?? '')).toEqual(campaign)
    expect(JSON.parse(row?.after_value ?? '')).toEqual(after)
  })

  test('turns the autopilot on and off', async () => {
    const { voucherId } = await seedCampaign(database.db)
    for (const autopilot of [true, false]) {
      const edited = await editCampaign(database.db, voucherId, { autopilot }, { actor })
      expect(edited).toMatchObject({ changed: true, campaign: { autopilot } })
    }
  })

  test('to the same terms changes nothing', async () => {
    const { voucherId, campaign } = await seedCampaign(database.db)
    const again = await editCampaign(database.db, voucherId, { priceMinor: campaign.priceMinor }, { actor })
    expect(again).toMatchObject({ changed: false, campaign })
  })

  test.each([
    ['a window that ends before it begins', { endsAt: 1 }],
    ['an end after the year 9999', { endsAt: campaignLimits.endsAt.most + 1 }],
    ['a begin after the year 9999', { beginsAt: 1e15, endsAt: 1e15 + 1 }],
    ['a limit of nothing', { limitPerUser: 0 }],
    ['a limit no claim table should hold', { limitPerUser: 1_001 }],
    ['a negative price', { priceMinor: -1 }],
    ['half a cent', { priceMinor: 0.5 }],
    ['no time to pay', { payWindowMs: 0 }],
    ['a year to pay', { payWindowMs: 365 * 24 * 3_600_000 }],
    ['a price that no sum is exact of', { priceMinor: Number.MAX_SAFE_INTEGER }],
  ])('to %s is invalid', async (_, terms) => {
    const { voucherId, campaign } = await seedCampaign(database.db)
    await expect(editCampaign(database.db, voucherId, terms, { actor })).rejects.toMatchObject({ code: 'INVALID' })
    expect(await findCampaign(database.db, voucherId)).toEqual(campaign)
  })

  test('lowers a limit only before the sale opens', async () => {
    const { voucherId } = await seedCampaign(database.db, { state: 'WARM', limitPerUser: 3 })
    await editCampaign(database.db, voucherId, { limitPerUser: 2 }, { actor })
    await openCampaign(database.db, voucherId, { actor })
    const lower = editCampaign(database.db, voucherId, { limitPerUser: 1 }, { actor })
    await expect(lower).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    expect(await editCampaign(database.db, voucherId, { limitPerUser: 4 }, { actor })).toMatchObject({ changed: true })
  })

  test.each(['CLOSED', 'SETTLED'] as const)('of a campaign that is %s is refused', async (state) => {
    const voucherId = await campaignIn(state)
    const edit = editCampaign(database.db, voucherId, { priceMinor: 1 }, { actor })
    await expect(edit).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })
})

describe('a new campaign', () => {
  const terms = { beginsAt: 1, endsAt: 2, limitPerUser: 1, priceMinor: 1, payWindowMs: 1, total: 3, actor }

  test('is made once by one operation id, however often it is asked for', async () => {
    const { voucherId } = await seedVoucher()
    const campaign = { ...terms, voucherId, operationId: randomUUID() }
    const answers = await Promise.all([1, 2, 3].map(() => createCampaign(database.db, campaign)))
    expect(answers.map((answer) => answer.changed).sort()).toEqual([false, false, true])
    const { rows } = await sql`SELECT units FROM stock_ledger WHERE voucher_id = ${voucherId}`.execute(database.db)
    expect(rows).toEqual([{ units: 3 }])
    expect(await listAudit(database.db, `campaign:${voucherId}`)).toHaveLength(1)
    const other = createCampaign(database.db, { ...campaign, total: 4 })
    await expect(other).rejects.toMatchObject({ code: 'OPERATION_REUSED' })
    const second = createCampaign(database.db, { ...campaign, operationId: randomUUID() })
    await expect(second).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
  })

  test.each([
    ['price', { priceMinor: 2 }],
    ['limit', { limitPerUser: 2 }],
    ['end', { endsAt: 3 }],
    ['title', { voucher: { title: 'other', listPriceMinor: 1, currency: 'CNY' } }],
  ])('with an operation id that was used with another %s is refused, also after an edit', async (_, other) => {
    const { voucherId } = await seedVoucher()
    const campaign = { ...terms, voucherId, operationId: randomUUID() }
    await createCampaign(database.db, campaign)
    await expect(createCampaign(database.db, { ...campaign, ...other })).rejects.toMatchObject({
      code: 'OPERATION_REUSED',
    })
    await editCampaign(database.db, voucherId, { priceMinor: 2, endsAt: 3, limitPerUser: 2 }, { actor })
    expect(await createCampaign(database.db, campaign)).toMatchObject({ changed: false, campaign: { priceMinor: 2 } })
    await expect(createCampaign(database.db, { ...campaign, ...other })).rejects.toMatchObject({
      code: 'OPERATION_REUSED',
    })
  })

  test('that is refused leaves no voucher, and a corrected one has its own', async () => {
    const voucherId = temporaryVoucherId()
    const voucher = { title: 'typo', listPriceMinor: 200, currency: 'USD' }
    const campaign = { ...terms, voucherId, voucher }
    const taken = randomUUID()
    await createCampaign(database.db, { ...terms, ...(await seedVoucher()), operationId: taken })
    await expect(createCampaign(database.db, { ...campaign, operationId: taken })).rejects.toMatchObject({
      code: 'OPERATION_REUSED',
    })
    const wrong = createCampaign(database.db, { ...campaign, endsAt: 1, operationId: randomUUID() })
    await expect(wrong).rejects.toMatchObject({ code: 'INVALID' })
    expect(await findVoucher(database.db, voucherId)).toBeUndefined()
    const right = { ...voucher, title: 'right', currency: 'CNY' }
    const made = await createCampaign(database.db, { ...campaign, voucher: right, operationId: randomUUID() })
    expect(made.campaign).toMatchObject(right)
  })

  test('agrees with the voucher that exists', async () => {
    const { voucherId } = await seedVoucher()
    const campaign = { ...terms, voucherId, operationId: randomUUID() }
    const other = { title: '券', listPriceMinor: 1, currency: 'USD' }
    await expect(createCampaign(database.db, { ...campaign, voucher: other })).rejects.toThrow(/another currency/)
    expect(await findCampaign(database.db, voucherId)).toBeUndefined()
    const same = await createCampaign(database.db, { ...campaign, voucher: { ...other, currency: 'CNY' } })
    expect(same).toMatchObject({ changed: true })
  })

  test.each([
    ['that begins in the future', {}, true],
    ['that has begun', { beginsAt: 1 }, false],
    ['that begins in the future, by hand', { autopilot: false }, false],
    ['that has begun, by itself', { beginsAt: 1, autopilot: true }, true],
  ])('%s (%o) has its autopilot on: %s', async (_, asked, autopilot) => {
    const { voucherId } = await seedVoucher()
    const window = { beginsAt: Date.now() + 60_000, endsAt: Date.now() + 120_000 }
    const campaign = { ...terms, ...window, ...asked, voucherId, operationId: randomUUID() }
    expect(await createCampaign(database.db, campaign)).toMatchObject({ campaign: { autopilot } })
    expect(await createCampaign(database.db, campaign)).toMatchObject({ changed: false })
    const other = createCampaign(database.db, { ...campaign, autopilot: !autopilot })
    await expect(other).rejects.toMatchObject({ code: 'OPERATION_REUSED' })
  })

  test('needs its voucher', async () => {
    const campaign = { ...terms, voucherId: temporaryVoucherId(), operationId: randomUUID() }
    await expect(createCampaign(database.db, campaign)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test.each([
    ['no units', { total: 0 }],
    ['more units than the gate takes', { total: campaignLimits.total.most + 1 }],
    ['a negative voucher id', { voucherId: -1 }],
    ['an operation id with a blank', { operationId: 'a b' }],
    ['an operation id that is too long', { operationId: 'x'.repeat(65) }],
  ])('with %s is invalid', async (_, wrong) => {
    const { voucherId } = await seedVoucher()
    const campaign = { ...terms, voucherId, operationId: randomUUID(), ...wrong }
    await expect(createCampaign(database.db, campaign)).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('settling', () => {
  test('waits for purchases in process and for those that await payment, and stores nothing', async () => {
    const voucherId = await campaignIn('CLOSED')
    await sql`INSERT INTO purchases (reservation_id, voucher_id, user_id, units, owner, state, seq, admitted_at, taken_at)
      VALUES (${`${voucherId}-a`}, ${voucherId}, 1, 1, 'run', 'PROCESSING', 1, 1, 1)`.execute(database.db)
    const settle = () => settleCampaign(database.db, voucherId, { actor, certificate: anyCertificate })
    await expect(settle()).rejects.toThrow('it has 1 purchases in process')
    await sql`UPDATE purchases SET state = 'AWAITING_PAYMENT', order_id = 'o'
      WHERE voucher_id = ${voucherId}`.execute(database.db)
    await expect(settle()).rejects.toThrow('1 that await payment')
    expect(await findCertificate(database.db, voucherId)).toBeUndefined()
    await sql`UPDATE purchases SET state = 'PAID' WHERE voucher_id = ${voucherId}`.execute(database.db)
    expect(await settle()).toMatchObject({ campaign: { state: 'SETTLED' } })
  })

  test('stores the certificate in parts, byte for byte, and never another one', async () => {
    const voucherId = await campaignIn('CLOSED')
    const text = `${'{"名":"值"}'.repeat(200_000)}\n`
    const first = { ...anyCertificate, text, head: { issuedAt: 5, size: 7, root: 'r' } }
    const settled = await Promise.all(
      [1, 2].map(() => settleCampaign(database.db, voucherId, { actor, certificate: first })),
    )
    expect(settled.map(({ changed }) => changed).sort()).toEqual([false, true])
    await settleCampaign(database.db, voucherId, { actor, certificate: anyCertificate })
    expect(await findCertificate(database.db, voucherId)).toBe(text)
    expect(await findCertificateHead(database.db, voucherId)).toEqual({ ...first.head, jws: first.jws })
    await sql`DELETE FROM certificate_parts WHERE voucher_id = ${voucherId} AND part = 1`.execute(database.db)
    await expect(findCertificate(database.db, voucherId)).rejects.toThrow('Part 1 of the certificate')
  })

  test('takes a campaign off the list the dispatchers serve', async () => {
    const [closed, settled, draft] = [
      await campaignIn('CLOSED'),
      await campaignIn('SETTLED'),
      await campaignIn('DRAFT'),
    ]
    const served = (await listUnsettledCampaigns(database.db)).map((campaign) => campaign.voucherId)
    expect(served).toContain(closed)
    expect(served).not.toContain(settled)
    expect(served).not.toContain(draft)
  })
})

async function seedVoucher(): Promise<{ readonly voucherId: number }> {
  const voucherId = temporaryVoucherId()
  await sql`INSERT INTO vouchers VALUES (${voucherId}, '券', 'ON_SALE', 1, 'CNY')`.execute(database.db)
  return { voucherId }
}
