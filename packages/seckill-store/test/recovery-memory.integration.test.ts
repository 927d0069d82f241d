import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manyLanes, own, type RecoveryFixture, recoveryFixture, sale, soundAudit } from './recovery-fixture.js'

const run = promisify(execFile)
const holds = Number(process.env.REBUILT_HOLDS ?? 100_000)
/** MiB of heap of a process that has no part in the sale but the rebuild. */
const heapMiB = 64
const rowsPerInsert = 5_000

let fixture: RecoveryFixture
beforeAll(async () => {
  fixture = await recoveryFixture()
})
afterAll(async () => fixture.close())

/** Rebuilds the gate of a voucher and prints the outcome, the most memory it had, in MiB, and its milliseconds. */
const rebuild = `
  import { connectGateRedis } from 'seckill-store/gate'
  import { closeDatabase, connectDatabase } from 'seckill-store/mysql'
  import { recoverGate } from 'seckill-store/recovery'
  const [redisUrl, databaseUrl, voucherId] = process.argv.slice(1)
  const redis = connectGateRedis(redisUrl)
  const db = connectDatabase(databaseUrl, { poolSize: 2 })
  const before = process.resourceUsage().maxRSS
  const startedAt = performance.now()
  const outcome = await recoverGate({ redis, db, voucherId: Number(voucherId) })
  const grownMiB = Math.round((process.resourceUsage().maxRSS - before) / 1024)
  console.log(JSON.stringify({ outcome, grownMiB, tookMs: Math.round(performance.now() - startedAt) }))
  redis.disconnect()
  await closeDatabase(db)
`

describe(`a rebuild of ${holds} holds`, () => {
  it(`is planned page by page: a heap of ${heapMiB} MiB is enough`, { timeout: 600_000 }, async () => {
    const { voucherId } = await sale(fixture, { total: holds })
    for (let from = 0; from < holds; from += rowsPerInsert) {
      const lanes = manyLanes(voucherId, Math.min(rowsPerInsert, holds - from))
      const shifted = lanes.map((lane) => ({ ...lane, userId: from + lane.userId, seq: from + lane.seq }))
      await own(fixture, shifted, `purchase-${voucherId}-x`, 'AWAITING_PAYMENT')
    }
    await fixture.redis.flushall()
    const urls = [fixture.server.url, fixture.databaseUrl]
    const script = ['--input-type=module', '--eval', rebuild, '--', ...urls, String(voucherId)]
    const { stdout } = await run(process.execPath, [`--max-old-space-size=${heapMiB}`, ...script], {
      cwd: import.meta.dirname,
    })
    process.stdout.write(`${holds} holds: ${stdout}`)
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'rebuilt' })
    expect(await soundAudit(fixture, voucherId)).toMatchObject({ held: holds, liveHolds: holds, stock: 0, seq: holds })
  })
})
