import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import { campaignRunId, campaignWorkflow } from 'seckill-workflows'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { callAdmin } from './call-admin.js'
import { buy, startSale } from './sale.js'

/** Nothing listens here. */
const nowhere = '127.0.0.1:1'

let withoutTemporal: ApiUnderTest
let connection: Connection
let client: Client

beforeAll(async () => {
  withoutTemporal = await startApi({ start: true, env: { TEMPORAL_ADDRESS: nowhere } })
  connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS as string })
  client = new Client({ connection })
})
afterAll(async () => {
  await connection.close()
  await withoutTemporal.close()
})

const change = (voucherId: number, verb: string) =>
  callAdmin(withoutTemporal, { method: 'POST', path: `/campaigns/${voucherId}/${verb}` })

it('without Temporal a sale is stopped at once, and its run is told by the next process that reaches Temporal', async () => {
  const { voucherId } = await startSale(withoutTemporal)
  const handle = client.workflow.getHandle(campaignRunId(voucherId))
  const paused = await change(voucherId, 'pause')
  expect(paused).toMatchObject({ status: 200, body: { data: { gate: { status: 'in-step' } } } })
  expect((await buy(withoutTemporal, voucherId, 1)).body.error).toBe('PAUSED')
  expect((await change(voucherId, 'close')).status).toBe(200)
  expect((await buy(withoutTemporal, voucherId, 1)).body.error).toBe('ENDED')
  await expect(handle.describe()).rejects.toThrow(WorkflowNotFoundError)

  const next = await startApi({ start: true, database: withoutTemporal.database })
  try {
    const run = await vi.waitFor(() => handle.describe(), { timeout: 30_000, interval: 100 })
    expect([run.type, run.status.name]).toEqual([campaignWorkflow, 'RUNNING'])
    const { events } = await handle.fetchHistory()
    expect(events?.filter((event) => event.workflowExecutionSignaledEventAttributes)).toHaveLength(1)
  } finally {
    await next.close()
    await handle.terminate('the test has seen it')
  }
})
