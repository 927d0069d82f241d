import { newReservationId } from 'seckill-store/gate'
import { changeUser, writeNotifications } from 'seckill-store/mysql'
import { refuseLanes, seedCampaign, sellLanes } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { type Answer, send } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest
let traceIds: readonly [string, string, string]

beforeAll(async () => {
  api = await startApi()
  const { db } = api.database
  const { voucherId } = await seedCampaign(db, { total: 10 })
  const lanes = [1, 1, 2].map((userId, index) => ({
    ...{ reservationId: newReservationId(voucherId), voucherId, userId, quantity: 1, seq: index + 1 },
    ...{ admittedAt: 1_000, termsVersion: 1, keyDigest: '' },
  }))
  traceIds = lanes.map(({ reservationId }) => reservationId) as [string, string, string]
  await sellLanes(db, lanes.slice(0, 1), 'run')
  await refuseLanes(db, lanes.slice(1, 2), { owner: 'run', reason: 'SOLD_OUT' })
  await sellLanes(db, lanes.slice(2), 'run')
  // One after the other, so that their order is known.
  await db.updateTable('notifications').set({ created_at: 1_000 }).where('kind', '=', 'WON').execute()
})
afterAll(() => api.close())

async function inbox(userId: number, path = '', init: RequestInit = {}): Promise<Answer> {
  const authorization = `Bearer ${await tokenOf(userId)}`
  return send(`${api.url}/api/v1/inbox${path}`, { ...init, headers: { authorization, ...init.headers } })
}

function markRead(userId: number, ids: readonly string[]): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  return inbox(userId, '/read', { method: 'POST', headers, body: JSON.stringify({ ids }) })
}

describe('an inbox', () => {
  it('shows a user’s own messages, newest first, also while no notifier runs', async () => {
    const { status, body } = await inbox(1)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ unread: 2, next: null })
    expect(body.data.messages).toMatchObject([
      { id: `${traceIds[1]}.REFUSED`, traceId: traceIds[1], kind: 'REFUSED', reason: 'SOLD_OUT', isRead: false },
      { id: `${traceIds[0]}.WON`, traceId: traceIds[0], kind: 'WON', priceMinor: 990, currency: 'CNY', quantity: 1 },
    ])
    expect(body.data.messages[1].payBefore).toBeGreaterThan(Date.now())
    expect((await inbox(2)).body.data.messages).toMatchObject([{ traceId: traceIds[2] }])
    expect((await inbox(3)).body.data).toEqual({ unread: 0, messages: [], next: null })
  })

  it('is written in the language that is asked for, else in the user’s, else in zh-CN', async () => {
    const textIn = async (headers: Record<string, string> = {}) =>
      (await inbox(1, '', { headers })).body.data.messages[0].text as string
    expect(await textIn()).toMatch(/库存不足/)
    await changeUser(api.database.db, 1, { language: 'en' }, 'test')
    expect(await textIn()).toMatch(/sold out/)
    expect(await textIn({ 'accept-language': 'zh-CN' })).toMatch(/库存不足/)
  })

  it('comes in pages that miss nothing and repeat nothing', async () => {
    await writeNotifications(api.database.db, 'PAID', [traceIds[0]])
    const seen: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const { body } = await inbox(1, `?limit=1${next === '' ? '' : `&after=${next}`}`)
      seen.push(...body.data.messages.map(({ kind }: { kind: string }) => kind))
      next = body.data.next
    }
    expect(seen.toSorted()).toEqual(['PAID', 'REFUSED', 'WON'])
  })

  it('marks own messages as read, and no other user’s', async () => {
    const id = `${traceIds[0]}.WON`
    expect((await markRead(2, [id])).body.data).toEqual({ marked: 0 })
    expect((await markRead(1, [id, id])).body.data).toEqual({ marked: 1 })
    const { messages, unread } = (await inbox(1)).body.data
    expect(
      messages.filter(({ isRead }: { isRead: boolean }) => isRead).map((message: { id: string }) => message.id),
    ).toEqual([id])
    expect(unread).toBe(messages.length - 1)
  })

  it.each([['?limit=0'], ['?limit=101'], ['?after=yesterday'], ['?after=1000.x.LOST'], ['?page=2']])(
    'refuses the page %s',
    async (query) => {
      const answer = await inbox(1, query)
      expect([answer.status, answer.body.error]).toEqual([400, 'INVALID_REQUEST'])
    },
  )

  it.each([[[]], [['x']], [['x.LOST']]])('refuses to mark %j as read', async (ids) => {
    expect((await markRead(1, ids)).body.error).toBe('INVALID_REQUEST')
  })

  it('needs a token, and takes no other method', async () => {
    expect((await send(`${api.url}/api/v1/inbox`)).status).toBe(401)
    expect((await inbox(1, '', { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD')
    expect((await inbox(1, '/read')).headers.get('allow')).toBe('POST')
  })
})
