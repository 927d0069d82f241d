import { expect, it } from 'vitest'
import type { Difference } from '../../contract/reconciliation.js'
import { repairEach } from './repair-each.js'

const difference = (subject: string): Difference => ({
  kind: 'ended-run',
  harm: 'stuck',
  subject,
  evidence: 'TERMINATED',
  detail: 'TERMINATED, 1 of its lanes has not ended',
})

it('goes on with the other differences where one cannot be repaired, and says why', async () => {
  const repairs = await repairEach([difference('a'), difference('b'), difference('c')], async ({ subject, detail }) => {
    if (subject === 'b') throw new Error('Temporal refused the start')
    return { outcome: subject === 'a' ? 'unchanged' : 'repaired', detail }
  })
  expect(repairs.map(({ subject, outcome }) => `${subject} ${outcome}`)).toEqual([
    'a unchanged',
    'b failed',
    'c repaired',
  ])
  expect(repairs[1]?.detail).toBe('TERMINATED, 1 of its lanes has not ended; not repaired: Temporal refused the start')
})
