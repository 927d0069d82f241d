import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin, type Role } from './call-admin.js'

let api: ApiUnderTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const call = (method: string, path: string, body?: unknown, role: Role = 'operator') =>
  callAdmin(api, { method, path, body, role })

describe('POST /admin/v1/reconciliations', () => {
  it('starts one for a worker, which changes nothing unless it is told to, in the name of the operator', async () => {
    const { status, body } = await call('POST', '/reconciliations', { graceMs: 500, reason: 'a look' })
    expect(status).toBe(202)
    const { reconciliationId } = body.data
    const handle = api.dependencies.temporal.workflow.getHandle(reconciliationId)
    const { events } = await handle.fetchHistory()
    const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
    const request = { fix: false, graceMs: 500, lookbackMs: 86_400_000, actor: 'user:9' }
    expect(JSON.parse(Buffer.from(input?.data ?? '').toString())).toEqual(request)
    const audit = (await call('GET', `/audit?subject=${reconciliationId}`)).body.data.entries
    expect(audit).toMatchObject([
      { actor: 'user:9', action: 'reconcile.start', reason: 'a look', after: { fix: false } },
    ])
    const shown = { reconciliationId, status: 'RUNNING', report: null }
    expect((await call('GET', `/reconciliations/${reconciliationId}`)).body.data).toEqual(shown)
    await handle.terminate('no worker in this test')
    const ended = { ...shown, status: 'TERMINATED' }
    expect((await call('GET', `/reconciliations/${reconciliationId}`)).body.data).toEqual(ended)
  })

  it('with a grace period of nothing, or of a word, is 400', async () => {
    for (const body of [{ graceMs: 0 }, { graceMs: 'soon' }, { fixes: true }]) {
      expect((await call('POST', '/reconciliations', body)).body.error).toBe('INVALID_REQUEST')
    }
  })

  it('needs the role operator', async () => {
    for (const role of ['buyer', 'viewer'] as const) {
      expect((await call('POST', '/reconciliations', {}, role)).status).toBe(403)
    }
  })
})

it('GET /admin/v1/reconciliations/:id of one that was never started is 404, of another workflow 400', async () => {
  expect((await call('GET', '/reconciliations/reconcile-none')).status).toBe(404)
  expect((await call('GET', '/reconciliations/purchase-1-a')).status).toBe(400)
})
