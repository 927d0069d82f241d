import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { killService, restartService } from 'seckill-local-stack'
import { connectGateRedis } from 'seckill-store/gate'
import { checkNames } from 'seckill-store/invariants'
import { purchaseRunPrefix, purchaseWorkflow, type ReconcileReport } from 'seckill-workflows'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from './run-command.js'
import { openSaleUnderTest, type SaleUnderTest } from './sale-under-test.js'

const shoppers = 1_500
const stock = 1_000
/** Shoppers who have asked when the fault happens. */
const faultAt = 500
const retry = { attempts: 300, delayMs: 100 } as const

let under: SaleUnderTest
beforeAll(async () => {
  // Only the command reconciles, so that what it finds is what the fault has left.
  under = await openSaleUnderTest({}, { RECONCILE_EVERY_MS: '86400000' })
})
afterAll(() => under?.close())

/** Sells in a rush, and lets `fault` happen in the middle of it. */
async function sellWith(fault: (voucherId: number) => Promise<void>): Promise<number> {
  const voucherId = await under.putOnSale(stock)
  let faulty: Promise<void> | undefined
  await under.rush(voucherId, { shoppers, rate: 750, retry }, (sent) => {
    if (sent >= faultAt) faulty ??= fault(voucherId)
  })
  if (faulty === undefined) throw new Error('the rush was over before the fault')
  await faulty
  return voucherId
}

/** One `./seckill reconcile`, and what it has found and done of a voucher. */
async function reconcile(voucherId: number, ...flags: readonly string[]) {
  const { json, stderr } = await runCommand('reconcile', '--grace', '2', ...flags)
  const { found, repaired, failed } = json as unknown as ReconcileReport
  if (found === undefined) throw new Error(`the reconciliation failed: ${JSON.stringify(json)} ${stderr}`)
  const isHere = ({ area }: { readonly area: unknown }) => area === voucherId || area === 'payments'
  return { found: found.filter(isHere), repaired: repaired.filter(isHere), failed: failed.filter(isHere) }
}

/** Repairs until nothing is left to repair; an admission that is given to the stream again is a purchase a moment later. */
async function repairAll(voucherId: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (let round = 1; round <= 5; round++) {
    const { found, repaired, failed } = await reconcile(voucherId, '--fix')
    for (const { kind } of repaired) counts[kind] = (counts[kind] ?? 0) + 1
    if (found.length + failed.length === 0) return counts
  }
  throw new Error(`five reconciliations of voucher ${voucherId} left something: ${JSON.stringify(counts)}`)
}

/** The names of the broken checks of a sale at rest, and the trace ids of what was lost. */
async function certified(voucherId: number) {
  const { invariants, lost, lostTraceIds } = await under.certify(voucherId)
  return { broken: invariants.checks.filter(({ ok }) => !ok).map(({ name }) => name), lost, lostTraceIds }
}

async function logOf(voucherId: number) {
  const { json } = await runCommand('reconcile', 'log', '--last', '5000')
  const entries = json.repairs as readonly {
    readonly action: string
    readonly subject: string
    readonly reason: string
  }[]
  return entries.filter(({ subject }) => subject.includes(`${voucherId}`))
}

/** The Redis of the stack comes back as it was this long ago. */
async function rollBack(ms: number): Promise<void> {
  const log = join(under.stack.dir, 'redis', 'data', 'appendonlydir')
  const copy = join(mkdtempSync(join(tmpdir(), 'rolled-back-')), 'appendonlydir')
  cpSync(log, copy, { recursive: true })
  await delay(ms)
  await killService(under.stack, 'redis')
  rmSync(log, { recursive: true })
  cpSync(copy, log, { recursive: true })
  await restartService(under.stack, 'redis')
}

async function wipe(): Promise<void> {
  const redis = connectGateRedis(under.stack.redisUrl)
  await redis.flushall()
  redis.disconnect()
}

/** Terminates every run of a voucher that opens within this time. */
async function terminateFor(voucherId: number, ms: number): Promise<void> {
  const { workflow } = under.sources.temporal
  const query = `WorkflowType='${purchaseWorkflow}' AND ExecutionStatus='Running' AND WorkflowId STARTS_WITH '${purchaseRunPrefix(voucherId)}'`
  const until = performance.now() + ms
  while (performance.now() < until) {
    for await (const { workflowId } of workflow.list({ query })) {
      await workflow
        .getHandle(workflowId)
        .terminate('by hand')
        .catch(() => undefined)
    }
    await delay(20)
  }
}

describe('in the middle of a rush', () => {
  it.each([
    ['Redis is wiped', wipe],
    ['Redis is rolled back by two seconds', () => rollBack(2_000)],
  ])('%s: reconciled, the invariants hold, and what was lost has its name', async (_name, fault) => {
    const voucherId = await sellWith(fault)
    const repairs = await repairAll(voucherId)
    const { broken, lost, lostTraceIds } = await certified(voucherId)
    console.log(`${_name}: repaired ${JSON.stringify(repairs)}, lost ${lost}`)
    expect(lostTraceIds).toHaveLength(lost)
    expect(broken).toEqual(lost === 0 ? [] : [checkNames.allEnded])
    expect(await reconcile(voucherId, '--fix')).toEqual({ found: [], repaired: [], failed: [] })
  })

  it('workflows are terminated by hand: each purchase is brought to its order, once, and the log says how', async () => {
    const voucherId = await sellWith((id) => terminateFor(id, 1_500))
    const dry = await reconcile(voucherId)
    expect(dry.repaired).toEqual([])
    expect(dry.found.map(({ kind }) => kind)).toContain('ended-run')
    const repairs = await repairAll(voucherId)
    expect(await certified(voucherId)).toEqual({ broken: [], lost: 0, lostTraceIds: [] })
    expect(await reconcile(voucherId, '--fix')).toEqual({ found: [], repaired: [], failed: [] })

    const log = await logOf(voucherId)
    console.log(
      `terminated: repaired ${JSON.stringify(repairs)}\n${log
        .slice(0, 5)
        .map(({ action, subject, reason }) => `${action} ${subject}: ${reason}`)
        .join('\n')}`,
    )
    const logged = Object.fromEntries(
      [...Map.groupBy(log, ({ action }) => action)].map(([name, all]) => [name, all.length]),
    )
    expect(logged).toEqual(
      Object.fromEntries(Object.entries(repairs).map(([kind, count]) => [`reconcile.${kind}`, count])),
    )
  })
})
