import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RushCounts } from '../rush/counts.js'
import { rushPage } from './page.js'
import { type RushRecord, readRushRecord, type SaleOutcome } from './record.js'
import { commandOf, recordOf } from './record-rush.js'

const sale: SaleOutcome = {
  stock: 50,
  orders: 50,
  refused: 0,
  oversold: 0,
  duplicates: 0,
  lost: 0,
  leaked: 0,
  seconds: 1,
  orderLatencyMs: { p50: 10, p99: 30 },
  runs: { workflows: 2, lanes: 50 },
  purchases: { PAID: 50 },
  checks: [{ name: 'Stock is between 0 and the total', ok: true, detail: 'quantity 0' }],
}

/** The record of a rush of 100 requests, each answered `latencyMs` later than the one before. */
function recorded(latencyMs: number, outcome: SaleOutcome | null = sale): RushRecord {
  const counts = new RushCounts(100)
  for (let index = 0; index < 100; index++) {
    counts.left(0, index * 10)
    const accepted = index < 50
    const body = accepted ? `{"data":{"traceId":"7-${index}"}}` : '{"error":"SOLD_OUT"}'
    const times = { fromIntended: (index + 1) * latencyMs, fromSending: 1, fromStart: index * 10 + latencyMs }
    counts.answered({ status: accepted ? 202 : 409, body }, times)
  }
  const shape = { voucherId: 7, shoppers: 100, rate: 100, duplicates: 0, bad: 0, connections: 8 }
  const report = counts.report(1)
  return recordOf({
    startedAt: new Date(0),
    shape,
    report,
    remaining: [
      [0, 50],
      [900, 0],
    ],
    sale: outcome,
  })
}

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rush-report-'))
})
afterAll(() => rm(dir, { recursive: true }))

describe('the report of a rush', () => {
  it('has the figures, and neither a script nor an address of another server', () => {
    const page = rushPage(recorded(1))
    expect(page).toContain('Rush of 100 shoppers')
    expect(page).toContain('all 1 invariants hold')
    expect(page).toContain('<td class="number">50 %</td>')
    expect(page).not.toMatch(/(?:src|href)=/)
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('says that a rush failed, that an invariant is broken, and that a sale was not counted', () => {
    const record = recorded(1)
    expect(rushPage({ ...record, results: { ...record.results, failed: 2 } })).toContain('2 requests failed.')
    const broken = [{ name: 'Stock', ok: false, detail: 'quantity -1' }]
    expect(rushPage({ ...record, sale: { ...sale, checks: broken } })).toContain('1 invariant not held')
    expect(rushPage({ ...record, sale: { ...sale, checks: broken } })).toContain('✘ BROKEN')
    expect(rushPage(recorded(1, null))).toContain('only its API could be reached')
  })

  it('is read again as a baseline, and the next report compares itself with it', async () => {
    const file = join(dir, 'first.html')
    await writeFile(file, rushPage(recorded(1)))
    const baseline = await readRushRecord(file)
    expect(baseline).toEqual(recorded(1))
    const page = rushPage(recorded(2), baseline)
    expect(page).toContain(
      '<td>accepted, p99</td><td class="number">100 ms</td><td class="number">50 ms</td><td class="number">2.00×</td>',
    )
    expect(page).not.toContain('Not like for like')
    const other = { ...baseline, shape: { ...baseline.shape, rate: 50 } }
    expect(rushPage(recorded(2), other)).toContain('rate is 100, was 50')
  })

  it('is refused as a baseline where it is none, with the command that makes one', async () => {
    const file = join(dir, 'other.html')
    await writeFile(file, '<html></html>')
    await expect(readRushRecord(file)).rejects.toThrow(/is no report of a rush.*--report/)
    await expect(readRushRecord(join(dir, 'absent.html'))).rejects.toThrow(/cannot be read: ENOENT/)
  })

  it('shows hostile text as text, and its data cannot end its element', async () => {
    const hostile = '</script><script>alert(1)</script>'
    const file = join(dir, 'hostile.html')
    const page = rushPage({ ...recorded(1), command: hostile })
    expect(page).not.toContain('<script>alert')
    await writeFile(file, page)
    expect((await readRushRecord(file)).command).toBe(hostile)
  })

  it('never shows the secret of a sale elsewhere', () => {
    expect(commandOf(['rush', '--secret', 'hidden', '--api', 'x'])).toBe('./seckill rush --secret … --api x')
    expect(commandOf(['rush', '--secret=hidden'])).toBe('./seckill rush --secret=…')
  })
})
