import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pauseCampaign } from '../src/mysql/index.js'
import { admitUsers, lanesOf, takeRequest } from './gate-fixture.js'
import { withoutSweep } from './recovery-faults.js'
import { type RecoveryFixture, recoveryFixture } from './recovery-fixture.js'
import { type Process, twoProcesses } from './recovery-process.js'
import { World } from './recovery-world.js'

/** More than a recovery makes. */
const mostCalls = 20

let fixture: RecoveryFixture
let processes: readonly [Process, Process]
beforeAll(async () => {
  fixture = await recoveryFixture()
  const [one, other] = twoProcesses(fixture)
  // Without the sweep, which would mend what such a recovery left.
  processes = [withoutSweep.plant(one, fixture.db), withoutSweep.plant(other, fixture.db)]
})
afterAll(async () => {
  for (const { redis } of processes) redis.disconnect()
  await fixture.close()
})

/** Three purchases that MySQL has. */
async function sell(world: World): Promise<void> {
  const { gate } = world.processes[1]
  await admitUsers(gate, world.voucherId, 3)
  const { runId, lanes } = lanesOf(await gate.take(takeRequest(world.voucherId)))
  await gate.settle(world.voucherId, runId)
  await gate.secure(world.voucherId, runId, await world.own(runId, lanes))
}

/** The gate once the recovery that was held up has come to its end: it is closed, or it holds the three purchases. */
async function goOn(world: World): Promise<void> {
  await world.goOnToTheEnd()
  const audit = await world.processes[1].gate.audit(world.voucherId)
  if (audit !== null && audit.state !== 'RECOVERING') expect(audit).toMatchObject({ held: 3, liveHolds: 3 })
}

describe.each(Array.from({ length: mostCalls }, (_, calls) => calls))(
  'a recovery that is held up after %i calls',
  (calls) => {
    it('does not reopen a gate that has lost the purchases made meanwhile', async () => {
      const world = await World.open(fixture, processes)
      await world.lose(0)
      await world.recover(processes[0], { calls, dies: false })
      await world.passLease()
      await world.recover(processes[1])
      await world.remember()
      await sell(world)
      await world.lose(0)
      await goOn(world)
    })

    it('does not create a gate without the purchases when Redis loses everything meanwhile', async () => {
      const world = await World.open(fixture, processes)
      await sell(world)
      await pauseCampaign(fixture.db, world.voucherId, { actor: 'test' })
      await world.recover(processes[0], { calls, dies: false })
      await world.lose('all')
      await goOn(world)
    })
  },
)
