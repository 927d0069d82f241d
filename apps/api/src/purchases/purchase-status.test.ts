import { expect, it } from 'vitest'
import { createPurchaseStatus } from './purchase-status.js'

const openGate = { audit: async () => ({ state: 'OPEN' }) as never }
const campaigns = { recent: async () => new Map(), refresh: async () => new Map(), last: () => undefined }

it('a lost purchase that is ended while its status is read is asked for again, never unknown', async () => {
  const remembered = new Set(['7-a'])
  const status = createPurchaseStatus({
    gate: openGate,
    campaigns,
    accepted: { has: (traceId) => remembered.has(traceId) },
    readViews: async () => {
      // MySQL was asked before the end of the purchase was committed.
      remembered.delete('7-a')
      return new Map()
    },
  })
  await expect(status('7-a', 7, 1)).rejects.toMatchObject({ code: 'RECOVERING' })
  await expect(status('7-a', 7, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
