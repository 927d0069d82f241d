import { ApplicationFailure } from '@temporalio/common'
import type { SetWiseActivity } from 'saga-core'
import { checkInvariants } from 'seckill-store/invariants'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PurchaseActivities } from '../src/activities/index.js'
import { countRuns } from '../src/client/index.js'
import type { Purchase } from '../src/contract/purchase.js'
import { countUnits } from './harness/books.js'
import { newRunId } from './harness/lanes.js'
import { type Sale, startSale } from './harness/sale.js'
import { startWorker, type TestWorker } from './harness/worker.js'

type Activity = SetWiseActivity<Purchase, undefined>

/** Runs whose attempts lose their answers: the first of each call after its effect, and every action of a doomed one. */
const shaky = new Map<string, 'recovers' | 'doomed'>()
let sale: Sale
let worker: TestWorker
beforeAll(async () => {
  sale = await startSale()
  worker = await startWorker(newRunId(0), losing(sale.activities), sale.db)
})
afterAll(async () => {
  await worker.stop()
  await sale.close()
})

describe('several runs of one voucher at once', () => {
  it('end with every invariant of the sale holding, although answers were lost on the way', async () => {
    const blocked = [3, 14, 15, 27]
    const voucherId = await sale.open({ total: 48, users: 60 })
    await sale.db.updateTable('users').set({ status: 'BLOCKED' }).where('id', 'in', blocked).execute()
    const runs = Array.from({ length: 6 }, (_, index) => ({ index, runId: newRunId(voucherId) }))
    shaky.set(runs[1]?.runId as string, 'recovers')
    shaky.set(runs[4]?.runId as string, 'doomed')
    const started = []
    for (const { index, runId } of runs) {
      const asks = Array.from({ length: 8 }, (_, user) => ({ userId: index * 8 + user + 1 }))
      started.push({ runId, lanes: await sale.admit(voucherId, runId, asks) })
    }
    const reports = await Promise.all(
      started.map(async ({ runId, lanes }) => {
        const handle = await worker.start(runId, lanes)
        await sale.gate.settle(voucherId, runId)
        return worker.paid(handle)
      }),
    )
    // Users 33 to 40 were in the doomed run; each blocked user is in another one.
    expect(reports.reduce((sum, report) => sum + report.completed, 0)).toBe(48 - 8 - blocked.length)
    expect(await countUnits(sale.db, voucherId)).toMatchObject({ quantity: 12, claimed: 36, slots: 36, ordered: 36 })
    await expect
      .poll(() => countRuns(worker.client, voucherId), { timeout: 60_000 })
      .toMatchObject({ workflows: 6, openRuns: [], lanes: 48 })
    const counted = await countRuns(worker.client, voucherId)
    const { gate, db } = sale
    const { ok, checks } = await checkInvariants({ db, gate, voucherId, runs: counted, atRest: true })
    expect(checks.filter((check) => !check.ok)).toEqual([])
    expect(ok).toBe(true)
  })
})

function losing(activities: PurchaseActivities): PurchaseActivities {
  const seen = new Set<string>()
  const wrap =
    (activity: Activity): Activity =>
    async (request) => {
      const report = await activity(request)
      const fate = shaky.get(request.workflowId)
      if (fate === 'doomed' && request.step === 'createOrder' && request.phase === 'action') {
        throw ApplicationFailure.nonRetryable('the answer was lost', 'AnswerLost')
      }
      const call = `${request.workflowId} ${request.step} ${request.phase}`
      if (fate === undefined || seen.has(call)) return report
      seen.add(call)
      throw ApplicationFailure.retryable('the connection broke after the commit', 'SagaInfrastructure')
    }
  return Object.fromEntries(Object.entries(activities).map(([name, activity]) => [name, wrap(activity)])) as never
}
