import { expect, it } from 'vitest'
import type { Standing } from '../sale/standing.js'
import { rushLine } from './rush-display.js'

it('the line of a large rush shows every figure in less than 80 columns', () => {
  const results = { accepted: 5_000, soldOut: 15_300, duplicate: 0, rejected: 0, failed: 0 }
  const standing = {
    requests: results,
    orders: 4_000,
    runs: 11,
    purchases: {},
    gate: { seq: 5_000 },
  } as unknown as Standing
  const rush = { planned: 20_600, sent: 20_600, answered: 20_300, results, retried: 0 }
  const line = rushLine({ elapsedMs: 12_345, rush, standing, stock: 5_000 })
  expect(line).toBe('12.3 s  sent 100%  accepted 5,000  sold out 15,300  ████░ 4,000 orders  11 runs')
  expect(line.length).toBeLessThan(80)
})
