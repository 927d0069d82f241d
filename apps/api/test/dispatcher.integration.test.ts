import { Client, Connection } from '@temporalio/client'
import { countRuns } from 'seckill-workflows/client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { loseCampaign } from './gate-loss.js'
import { startProxy, type TcpProxy } from './proxy.js'
import { buy, send, startSale } from './sale.js'

const temporalAddress = process.env.TEMPORAL_ADDRESS ?? ''
let connection: Connection
let client: Client
let api: ApiUnderTest

beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress })
  client = new Client({ connection })
  api = await startApi({ start: true })
})
afterAll(async () => {
  await api.close()
  await connection.close()
})

function shoppers(count: number) {
  return Array.from({ length: count }, (_, index) => index + 1)
}

async function traceIdsOf(apis: readonly ApiUnderTest[], voucherId: number, count: number): Promise<string[]> {
  const answers = await Promise.all(
    shoppers(count).map((user) => buy(apis[user % apis.length] ?? api, voucherId, user)),
  )
  return answers.map((answer) => answer.body.data.traceId).sort()
}

/** The runs at Temporal once the gate has neither waiting admissions nor run records. */
function settledRuns(voucherId: number, lanes: number, within = 15_000) {
  return vi.waitFor(
    async () => {
      expect(await api.dependencies.gate.audit(voucherId)).toMatchObject({ waiting: 0, runs: 0 })
      const runs = await countRuns(client, voucherId)
      expect(runs.lanes).toBe(lanes)
      return runs
    },
    { timeout: within, interval: 200 },
  )
}

describe('the dispatcher', () => {
  it('turns one admission into a run of one lane with exactly that lane', async () => {
    const { voucherId } = await startSale(api)
    const { traceId } = (await buy(api, voucherId, 7)).body.data
    const runs = await settledRuns(voucherId, 1)
    expect(runs.reservationIds).toEqual([traceId])
    const hold = await api.dependencies.gate.hold(voucherId, traceId)
    const run = await client.workflow.getHandle(hold?.runId ?? '').describe()
    expect(run).toMatchObject({ type: 'purchase', taskQueue: 'seckill-purchase', memo: { voucherId, lanes: 1 } })
  })

  it('with two processes side by side every lane is in exactly one run', async () => {
    const other = await startApi({ database: api.database, start: true })
    try {
      const { voucherId } = await startSale(api, { total: 300, users: 300 })
      const traceIds = await traceIdsOf([api, other], voucherId, 300)
      const runs = await settledRuns(voucherId, 300)
      expect([...runs.reservationIds].sort()).toEqual(traceIds)
      expect(runs.workflows).toBeLessThan(300)
    } finally {
      await other.close()
    }
  })

  it('takes over the admissions that a stopped process left', async () => {
    const { voucherId } = await startSale(api)
    const { gate } = api.dependencies
    const { traceId } = (await buy(api, voucherId, 1)).body.data
    await settledRuns(voucherId, 1)
    expect(await gate.hold(voucherId, traceId)).toMatchObject({ state: 'ASSIGNED' })
    const sleeping = await startApi({ database: api.database })
    try {
      const second = (await buy(sleeping, voucherId, 2)).body.data.traceId
      const runs = await settledRuns(voucherId, 2)
      expect([...runs.reservationIds].sort()).toEqual([traceId, second].sort())
    } finally {
      await sleeping.close()
    }
  })

  it('rebuilds a gate that lost the campaign, and sells on', async () => {
    const { voucherId } = await startSale(api, { limitPerUser: 2 })
    await buy(api, voucherId, 1)
    await settledRuns(voucherId, 1)
    await loseCampaign(voucherId)
    await vi.waitFor(async () => expect((await buy(api, voucherId, 2)).status).toBe(202), { timeout: 60_000 })
  })
})

describe('seed fault 4: a start that is unknown', () => {
  let temporal: TcpProxy
  let doubtful: ApiUnderTest

  beforeAll(async () => {
    const [host = '', port = ''] = temporalAddress.split(':')
    temporal = await startProxy(host, Number(port))
    const env = { TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`, DISPATCH_LEASE_MS: '1500' }
    doubtful = await startApi({ start: true, env })
  })
  afterAll(async () => {
    await doubtful.close()
    await temporal.close()
  })

  const metric = async (line: string): Promise<number> => {
    const { body } = await send(`${doubtful.url}/metrics`)
    const found = String(body)
      .split('\n')
      .find((text) => text.startsWith(line))
    return Number(found?.split(' ').at(-1) ?? 0)
  }
  const unknownStarts = () => metric('seckill_dispatch_starts_total{outcome="unknown"}')

  it.each(['withheld', 'down'] as const)(
    'releases nothing, and the same run is started again (answers %s)',
    async (how) => {
      const { voucherId } = await startSale(doubtful)
      const { gate } = doubtful.dependencies
      const before = await unknownStarts()
      if (how === 'down') temporal.down()
      else temporal.replies('withheld')
      const { traceId } = (await buy(doubtful, voucherId, 1)).body.data
      await vi.waitFor(async () => expect(await unknownStarts()).toBeGreaterThan(before), { timeout: 60_000 })
      const inDoubt = await gate.hold(voucherId, traceId)
      expect(inDoubt).toMatchObject({ state: 'ASSIGNED', reason: null })
      expect(await gate.audit(voucherId)).toMatchObject({ runs: 1, liveHolds: 1 })

      temporal.up()
      temporal.replies('pass')
      const runs = await settledRuns(voucherId, 1, 25_000)
      expect(runs).toMatchObject({ workflows: 1, lanes: 1, reservationIds: [traceId] })
      expect(await gate.hold(voucherId, traceId)).toEqual(inDoubt)
      expect(await metric('seckill_dispatch_taken_again_total')).toBeGreaterThan(0)
    },
  )
})
