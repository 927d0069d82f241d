import { certificate } from 'seckill-store/invariants'
import { sellLanes } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { loseCampaign } from './gate-loss.js'
import { ask, buy, startSale } from './sale.js'

const buyers = Array.from({ length: 30 }, (_, index) => index + 1)

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi({ start: true })
})
afterAll(() => api.close())

async function accepted(voucherId: number): Promise<readonly { readonly user: number; readonly traceId: string }[]> {
  const answers = await Promise.all(buyers.map((user) => buy(api, voucherId, user)))
  expect(answers.map(({ status }) => status)).toEqual(buyers.map(() => 202))
  return answers.map(({ body }, index) => ({ user: buyers[index] ?? 0, traceId: body.data.traceId }))
}

/** The purchases, of those given, with a notification that they were refused. */
async function refusalsTold(traceIds: readonly string[]): Promise<readonly string[]> {
  const rows = await api.database.db
    .selectFrom('notifications')
    .select('reservation_id as id')
    .where('kind', '=', 'REFUSED')
    .where('reservation_id', 'in', traceIds)
    .orderBy('reservation_id')
    .execute()
  return rows.map(({ id }) => id)
}

describe('purchases that Redis loses before a run owns them', () => {
  it('are told to their buyers within 10 s, never as unknown, and named by the certificate', async () => {
    const { voucherId } = await startSale(api, { total: 100, users: 30 })
    const purchases = await accepted(voucherId)
    await loseCampaign(voucherId)
    const seen = new Set<number>()
    const states = async () => {
      const answers = await Promise.all(purchases.map(({ user, traceId }) => ask(api, traceId, user)))
      for (const { status } of answers) seen.add(status)
      return answers.map(({ body }) => `${body.data?.status} ${body.data?.reason}`)
    }
    await expect.poll(states, { timeout: 60_000, interval: 200 }).toEqual(purchases.map(() => 'REFUSED ADMISSION_LOST'))
    expect(seen).not.toContain(404)
    await api.dependencies.tallies.flush()
    const { db, gate } = api.dependencies
    const { requests, lost, lostTraceIds, leaked } = await certificate({ db, gate, voucherId })
    expect({ accepted: requests.accepted, lost, leaked }).toEqual({ accepted: 30, lost: 30, leaked: 0 })
    expect([...lostTraceIds].sort()).toEqual(purchases.map(({ traceId }) => traceId).sort())
    expect((await buy(api, voucherId, 1)).status).toBe(202)
    expect(await refusalsTold(lostTraceIds)).toEqual([...lostTraceIds].sort())
  })

  it('and those that a run owns by then stay its own', async () => {
    const { voucherId } = await startSale(api, { total: 100, users: 30 })
    const purchases = await accepted(voucherId)
    const { db, gate } = api.dependencies
    const holds = await Promise.all(purchases.map(({ traceId }) => gate.hold(voucherId, traceId)))
    const owned = holds
      .slice(0, 10)
      .flatMap((hold) => (hold === null ? [] : [{ ...hold, termsVersion: 1, keyDigest: '' }]))
    await sellLanes(db, owned, 'purchase-run')
    await loseCampaign(voucherId)
    const states = async () => {
      const answers = await Promise.all(purchases.map(({ user, traceId }) => ask(api, traceId, user)))
      return answers.map(({ body }) => body.data?.status)
    }
    const ends = purchases.map((_, index) => (index < 10 ? 'AWAITING_PAYMENT' : 'REFUSED'))
    await expect.poll(states, { timeout: 60_000, interval: 200 }).toEqual(ends)
    expect(await certificate({ db, gate, voucherId })).toMatchObject({ lost: 20, orders: 10 })
    const traceIds = purchases.map(({ traceId }) => traceId)
    expect(await refusalsTold(traceIds)).toEqual(traceIds.slice(10).sort())
  })
})
