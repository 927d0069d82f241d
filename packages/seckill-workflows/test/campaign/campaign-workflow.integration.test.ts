import { sql } from 'kysely'
import { toColumns } from 'saga-core'
import { trustKeySet, verifyCertificate } from 'seckill-certificate'
import { publishedKeys } from 'seckill-certificate/keys'
import { newReservationId } from 'seckill-store/gate'
import {
  closeCampaign,
  databaseNow,
  editCampaign,
  findCampaign,
  findCertificate,
  findCertificateHead,
  listAudit,
  openCampaign,
  pauseCampaign,
} from 'seckill-store/mysql'
import { untilRunning } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countRuns, ensureCampaign, settleCampaignNow, tellCampaign } from '../../src/client/index.js'
import { campaignRunId, purchaseWorkflow } from '../../src/contract/names.js'
import type { PurchaseRun } from '../../src/contract/run.js'
import { type CampaignWorld, startCampaignWorld } from './campaign-world.js'
import { eventually } from './eventually.js'

let world: CampaignWorld
beforeAll(async () => {
  world = await startCampaignWorld('campaigns')
})
afterAll(() => world.close())

const actor = 'ann'
const secondMs = 1_000
const hourMs = 3_600_000

/** A campaign whose moments are counted from now, by MySQL's clock. */
async function make({
  begins = hourMs,
  ends = 2 * hourMs,
  ...seed
}: { begins?: number; ends?: number } & Record<string, unknown> = {}) {
  const now = await databaseNow(world.sale.db)
  return world.make({ state: 'DRAFT', ...seed, beginsAt: now + begins, endsAt: now + ends })
}

function becomes(voucherId: number, state: string, timeout = 20_000) {
  return eventually(async () => expect(await world.stateOf(voucherId)).toBe(state), timeout)
}

async function verified(voucherId: number) {
  const text = (await findCertificate(world.sale.db, voucherId)) ?? ''
  const trust = trustKeySet(await publishedKeys(world.keys))
  return verifyCertificate(new TextEncoder().encode(text), trust)
}

/** The changes that were made by the campaign's run. */
async function movesOf(voucherId: number) {
  const rows = await listAudit(world.sale.db, `campaign:${voucherId}`)
  const mine = rows.filter((row) => row.actor === `workflow:campaign-${voucherId}`)
  return mine.map(({ action, reason }) => [action, reason]).toReversed()
}

const planned = (voucherId: number) => async () =>
  (await world.activitiesOf(voucherId)).filter((name) => name === 'planCampaign').length

describe('a campaign on autopilot', () => {
  it('is warmed up, opened before it begins, closed after its end, and settled with a certificate that verifies', async () => {
    const { gate, db } = world.sale
    const voucherId = await make({ begins: 2 * secondMs, ends: 5 * secondMs, total: 5, limitPerUser: 1 })
    const { beginsAt } = (await findCampaign(db, voucherId)) ?? { beginsAt: 0 }
    await world.tell(voucherId)
    await eventually(async () => expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN' }))
    const early = { voucherId, userId: 1, quantity: 1, reservationId: newReservationId(voucherId) }
    if ((await gate.now()) < beginsAt) expect(await gate.admit(early)).toMatchObject({ code: 'NOT_STARTED' })
    await eventually(async () => expect(await gate.now()).toBeGreaterThanOrEqual(beginsAt))
    await world.sell(voucherId, [1, 2, 3])
    await becomes(voucherId, 'CLOSED')
    await world.pay(voucherId)
    await becomes(voucherId, 'SETTLED')
    expect(await movesOf(voucherId)).toEqual([
      ['campaign.warm', 'it begins soon'],
      ['campaign.open', 'it begins'],
      ['campaign.close', 'it ended'],
      ['campaign.settle', 'nothing of it is on its way'],
    ])
    const { ok, file, findings } = await verified(voucherId)
    expect(findings.filter((one) => !one.ok)).toEqual([])
    expect([ok, file?.reservations.length, file?.figures.campaign.state]).toEqual([true, 3, 'CLOSED'])
    expect(file?.figures.gate).toMatchObject({ status: 'read', state: 'CLOSED' })
    await expect(world.client.workflow.getHandle(campaignRunId(voucherId)).result()).resolves.toBeUndefined()
  })

  it('follows an edit of its moments', async () => {
    const { db } = world.sale
    const voucherId = await make()
    await world.tell(voucherId)
    await eventually(async () => expect(await planned(voucherId)()).toBe(1))
    const now = await databaseNow(db)
    await editCampaign(db, voucherId, { beginsAt: now + secondMs }, { actor })
    await world.tell(voucherId)
    await becomes(voucherId, 'OPEN')
    await editCampaign(db, voucherId, { endsAt: now + 2 * secondMs }, { actor })
    await world.tell(voucherId)
    await becomes(voucherId, 'SETTLED')
  })

  it('that is paused stays so until its end', async () => {
    const { db } = world.sale
    const voucherId = await make({ begins: secondMs, ends: 4 * secondMs })
    await world.tell(voucherId)
    await becomes(voucherId, 'OPEN')
    await pauseCampaign(db, voucherId, { actor })
    await world.tell(voucherId)
    await becomes(voucherId, 'SETTLED')
    const actions = (await listAudit(db, `campaign:${voucherId}`)).map(({ action }) => action).toReversed()
    expect(actions).toEqual(['create', 'warm', 'open', 'pause', 'close', 'settle'].map((one) => `campaign.${one}`))
  })

  it('is not moved by a plan that an edit has overtaken: the version refuses it, and the run plans anew', async () => {
    const { db } = world.sale
    const voucherId = await make({ begins: secondMs })
    const later = (await databaseNow(db)) + hourMs
    world.before.set(`${voucherId} moveCampaign`, () => editCampaign(db, voucherId, { beginsAt: later }, { actor }))
    await world.tell(voucherId)
    await eventually(async () => expect(await planned(voucherId)()).toBe(2))
    expect(await findCampaign(db, voucherId)).toMatchObject({ state: 'DRAFT', version: 2 })
    expect(await movesOf(voucherId)).toEqual([])
  })

  it('goes on with another worker after the first one has gone, and after its run was terminated', async () => {
    const voucherId = await make({ begins: secondMs, ends: 3 * secondMs })
    await world.tell(voucherId)
    await becomes(voucherId, 'OPEN')
    const startAnother = await world.restartWorker()
    await world.client.workflow.getHandle(campaignRunId(voucherId)).terminate('by mistake')
    await ensureCampaign(world.client, voucherId)
    await startAnother()
    await becomes(voucherId, 'SETTLED')
    expect((await verified(voucherId)).ok).toBe(true)
  })
})

describe('a campaign by hand', () => {
  it('stays open after its end until its operator closes it, then settles', async () => {
    const { db } = world.sale
    const voucherId = await make({ begins: -2 * secondMs, ends: -secondMs, state: 'OPEN' })
    await world.tell(voucherId)
    await eventually(async () => expect(await planned(voucherId)()).toBe(1))
    const { events } = await world.client.workflow.getHandle(campaignRunId(voucherId)).fetchHistory()
    expect(events?.some((event) => event.timerStartedEventAttributes)).toBe(false)
    expect(await world.stateOf(voucherId)).toBe('OPEN')
    await closeCampaign(db, voucherId, { actor })
    await world.tell(voucherId)
    await becomes(voucherId, 'SETTLED')
    expect(await movesOf(voucherId)).toEqual([['campaign.settle', 'nothing of it is on its way']])
  })

  it('is not opened again by its run once it is closed', async () => {
    const { db } = world.sale
    const voucherId = await make({ state: 'OPEN', begins: -secondMs })
    await closeCampaign(db, voucherId, { actor })
    await expect(openCampaign(db, voucherId, { actor })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })
})

/** An open campaign with three orders that await payment, then closed. */
async function closedSale(): Promise<number> {
  const voucherId = await make({ state: 'OPEN', begins: -secondMs, total: 5 })
  await eventually(async () => expect(await world.sale.gate.audit(voucherId)).toMatchObject({ state: 'OPEN' }))
  await world.sell(voucherId, [1, 2, 3])
  await closeCampaign(world.sale.db, voucherId, { actor })
  await eventually(async () => expect(await world.sale.gate.audit(voucherId)).toMatchObject({ state: 'CLOSED' }))
  return voucherId
}

describe('a closed campaign', () => {
  it('waits for purchases that await payment, says so, and settles once they are paid', async () => {
    const voucherId = await closedSale()
    await world.tell(voucherId)
    const early = await settleCampaignNow(world.client, voucherId, { actor })
    expect(early).toEqual({ settled: false, because: ['3 purchases await payment'] })
    await eventually(async () => {
      const { raw } = await world.client.workflow.getHandle(campaignRunId(voucherId)).describe()
      expect(raw.pendingActivities?.[0]?.lastFailure?.message).toContain('cannot settle yet: 3 purchases await payment')
    })
    expect(await world.stateOf(voucherId)).toBe('CLOSED')
    expect(await findCertificateHead(world.sale.db, voucherId)).toBeUndefined()
    await world.pay(voucherId)
    await becomes(voucherId, 'SETTLED')
    expect((await verified(voucherId)).ok).toBe(true)
  })

  it('waits for a purchase in process, and names it', async () => {
    const { db, gate } = world.sale
    const voucherId = await make({ state: 'OPEN', begins: -secondMs, total: 2 })
    await eventually(async () => expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN' }))
    const holder = await db.startTransaction().execute()
    await holder.selectFrom('stock').selectAll().where('voucher_id', '=', voucherId).forUpdate().execute()
    const selling = world.sell(voucherId, [1])
    await untilRunning(holder, 'update `stock`')
    await closeCampaign(db, voucherId, { actor })
    await eventually(async () => expect(await gate.audit(voucherId)).toMatchObject({ state: 'CLOSED' }))
    const answer = await settleCampaignNow(world.client, voucherId, { actor })
    expect(answer).toMatchObject({ settled: false, because: expect.arrayContaining(['1 purchases are in process']) })
    await holder.rollback().execute()
    await selling
    await world.pay(voucherId)
    await becomes(voucherId, 'SETTLED')
  })

  it('that does not add up is not settled, says what is wrong, and is settled as it is for a reason', async () => {
    const { db } = world.sale
    const voucherId = await closedSale()
    await world.pay(voucherId)
    await sql`DELETE FROM user_claims WHERE voucher_id = ${voucherId} AND user_id = 2`.execute(db)
    const refused = await settleCampaignNow(world.client, voucherId, { actor })
    expect(refused).toMatchObject({ settled: false, because: [expect.stringContaining('broken: ')] })
    const unreasoned = settleCampaignNow(world.client, voucherId, { actor, asItIs: true })
    await expect(unreasoned).rejects.toMatchObject({ cause: { type: 'CampaignReasonMissing' } })
    expect(await world.stateOf(voucherId)).toBe('CLOSED')
    const reason = 'user 2 has his unit; the claim was deleted by hand'
    expect(await settleCampaignNow(world.client, voucherId, { actor, reason, asItIs: true })).toEqual({ settled: true })
    const [latest] = await listAudit(db, `campaign:${voucherId}`)
    expect(latest).toMatchObject({ actor, action: 'campaign.settle', reason })
    const { ok, authentic } = await verified(voucherId)
    expect({ ok, authentic }).toEqual({ ok: false, authentic: true })
    await expect(world.client.workflow.getHandle(campaignRunId(voucherId)).result()).resolves.toBeUndefined()
  })

  it('whose gate holds a unit that no purchase has is settled only as it is', async () => {
    const { gate } = world.sale
    const voucherId = await make({ state: 'OPEN', begins: -secondMs, total: 2 })
    await eventually(async () => expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN' }))
    const runId = `purchase-${voucherId}-never-started`
    await world.sale.admit(voucherId, runId, [{ userId: 1 }])
    await gate.settle(voucherId, runId)
    await closeCampaign(world.sale.db, voucherId, { actor })
    await eventually(async () => expect(await gate.audit(voucherId)).toMatchObject({ state: 'CLOSED' }))
    const refused = await settleCampaignNow(world.client, voucherId, { actor })
    expect(refused).toMatchObject({ because: expect.arrayContaining([expect.stringContaining('1 live holds')]) })
    const reason = 'the run of user 1 was never started'
    expect(await settleCampaignNow(world.client, voucherId, { actor, reason, asItIs: true })).toEqual({ settled: true })
    const { ok, authentic } = await verified(voucherId)
    expect({ ok, authentic }).toEqual({ ok: false, authentic: true })
  })

  it('is not settled as it is while its gate is open or a run is, whatever the reason', async () => {
    const { db, gate } = world.sale
    const voucherId = await make({ state: 'OPEN', begins: -secondMs, total: 2 })
    await eventually(async () => expect(await gate.audit(voucherId)).toMatchObject({ state: 'OPEN' }))
    const asked = { actor, reason: 'impatience', asItIs: true }
    const open = await settleCampaignNow(world.client, voucherId, asked)
    expect(open).toEqual({ settled: false, because: ['the gate is OPEN'] })
    const lane = (await world.sale.admit(voucherId, 'unbegun', [{ userId: 1 }]))[0]
    await world.client.workflow.start<PurchaseRun>(purchaseWorkflow, {
      workflowId: `purchase-${voucherId}-unbegun`,
      taskQueue: 'without-a-worker',
      args: [toColumns(lane === undefined ? [] : [lane])],
    })
    await gate.settle(voucherId, 'unbegun')
    await closeCampaign(db, voucherId, { actor })
    await eventually(async () => expect(await gate.audit(voucherId)).toMatchObject({ state: 'CLOSED' }))
    await eventually(async () =>
      expect(await countRuns(world.client, voucherId)).toMatchObject({ openRuns: [expect.any(String)] }),
    )
    const running = await settleCampaignNow(world.client, voucherId, asked)
    expect(running).toEqual({
      settled: false,
      because: [`1 purchase runs are open, first purchase-${voucherId}-unbegun`],
    })
  })

  it('keeps the certificate that it ended with', async () => {
    const voucherId = await closedSale()
    await world.pay(voucherId)
    await world.tell(voucherId)
    await becomes(voucherId, 'SETTLED')
    const first = await findCertificate(world.sale.db, voucherId)
    await sql`UPDATE orders SET price_minor = 1 WHERE voucher_id = ${voucherId}`.execute(world.sale.db)
    expect(await settleCampaignNow(world.client, voucherId, { actor })).toEqual({ settled: true })
    expect(await findCertificate(world.sale.db, voucherId)).toBe(first)
  })
})

describe('the run of a campaign', () => {
  it('has no event of a version that it knows already, nor of being looked after', async () => {
    const voucherId = await make()
    await world.tell(voucherId)
    const handle = world.client.workflow.getHandle(campaignRunId(voucherId))
    // It waits for its moment.
    await eventually(async () => {
      const { events } = await handle.fetchHistory()
      expect(events?.at(-1)?.timerStartedEventAttributes).toBeTruthy()
    })
    const lengthOf = async () => (await handle.describe()).historyLength
    const before = await lengthOf()
    await ensureCampaign(world.client, voucherId)
    expect(await lengthOf()).toBe(before)
    await tellCampaign(world.client, { voucherId, version: 1 })
    await eventually(async () => expect(await lengthOf()).toBe(before + 4))
    expect(await planned(voucherId)()).toBe(1)
  })

  it('continues as new when its history is long, and goes on', async () => {
    const voucherId = await make({ state: 'OPEN', begins: -secondMs })
    await world.tell(voucherId)
    const handle = world.client.workflow.getHandle(campaignRunId(voucherId))
    const { runId } = await handle.describe()
    let version = 100
    await eventually(async () => {
      for (let tell = 0; tell < 10; tell++) await tellCampaign(world.client, { voucherId, version: version++ })
      expect((await handle.describe()).runId).not.toBe(runId)
    })
    const first = await world.client.workflow.getHandle(campaignRunId(voucherId), runId).describe()
    expect(first.status.name).toBe('CONTINUED_AS_NEW')
    await closeCampaign(world.sale.db, voucherId, { actor })
    await tellCampaign(world.client, { voucherId, version: version + 1 })
    await becomes(voucherId, 'SETTLED')
  })

  it('continues as new while its operator asks again and again to settle, and settles at last', async () => {
    const voucherId = await closedSale()
    await world.tell(voucherId)
    const handle = world.client.workflow.getHandle(campaignRunId(voucherId))
    const { runId } = await handle.describe()
    const ask = () => settleCampaignNow(world.client, voucherId, { actor })
    await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, ask))
      for (const answer of answers) expect(answer).toMatchObject({ settled: false })
      expect((await handle.describe()).runId).not.toBe(runId)
    })
    await world.pay(voucherId)
    await becomes(voucherId, 'SETTLED')
  })

  it('of a campaign that MySQL does not have ends', async () => {
    await tellCampaign(world.client, { voucherId: 999_999_999_999, version: 1 })
    const handle = world.client.workflow.getHandle(campaignRunId(999_999_999_999))
    await expect(handle.result()).resolves.toBeUndefined()
  })
})
