import { closeCampaign, databaseNow, editCampaign, pauseCampaign } from 'seckill-store/mysql'
import { expect } from 'vitest'
import { settleCampaignNow } from '../../src/client/index.js'
import type { CampaignWorld } from './campaign-world.js'
import { eventually } from './eventually.js'

/** Plays the run of one campaign; answers its voucher. */
type Scenario = (world: CampaignWorld) => Promise<number>

const actor = 'ann'
const hourMs = 3_600_000

async function make({ sale, make }: CampaignWorld, begins: number, ends: number, state: 'DRAFT' | 'OPEN' = 'DRAFT') {
  const now = await databaseNow(sale.db)
  return make({ state, beginsAt: now + begins, endsAt: now + ends })
}

async function becomes({ stateOf }: CampaignWorld, voucherId: number, state: string) {
  await eventually(async () => expect(await stateOf(voucherId)).toBe(state))
}

/** Campaigns that ran by themselves, were edited and paused, and were settled by an operator. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'campaign-on-autopilot': async (world) => {
    const voucherId = await make(world, 1_000, 3_000)
    await world.tell(voucherId)
    await becomes(world, voucherId, 'SETTLED')
    return voucherId
  },
  'campaign-edited-and-paused': async (world) => {
    const { db } = world.sale
    const voucherId = await make(world, hourMs, 2 * hourMs)
    await world.tell(voucherId)
    const now = await databaseNow(db)
    await editCampaign(db, voucherId, { beginsAt: now + 500 }, { actor })
    await world.tell(voucherId)
    await becomes(world, voucherId, 'OPEN')
    await pauseCampaign(db, voucherId, { actor })
    await editCampaign(db, voucherId, { endsAt: now + 1_500 }, { actor })
    await world.tell(voucherId)
    await becomes(world, voucherId, 'SETTLED')
    return voucherId
  },
  'campaign-settled-by-its-operator': async (world) => {
    const voucherId = await make(world, -1_000, hourMs, 'OPEN')
    await eventually(async () => expect(await world.sale.gate.audit(voucherId)).toMatchObject({ state: 'OPEN' }))
    await world.sell(voucherId, [1])
    await closeCampaign(world.sale.db, voucherId, { actor })
    await world.tell(voucherId)
    const answer = await settleCampaignNow(world.client, voucherId, { actor })
    if (answer.settled) throw new Error('an unpaid sale was settled')
    await world.pay(voucherId)
    await settleCampaignNow(world.client, voucherId, { actor })
    return voucherId
  },
}
