import type { LaneEnd } from 'saga-core'
import { fetchHistories } from 'saga-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Behaviour } from './conformance/activities.js'
import { type TemporalHost, temporalHost } from './conformance/temporal-host.js'
import { newWorld } from './conformance/world.js'
import { shownBy } from './options/history.js'

let host: TemporalHost
beforeAll(async () => {
  host = await temporalHost()
})
afterAll(() => host?.close())

/** `left` is refused while an attempt of `right` runs; that attempt goes on after its cancel was requested, and after `meanwhile`. */
async function endOf(right: Behaviour, meanwhile: 'cancelled' | 'nothing' = 'nothing'): Promise<LaneEnd | undefined> {
  const world = newWorld()
  const holds = { left: world.holdUp('action left'), right: world.holdUp('action right') }
  const placement = { left: host.taskQueue, right: host.taskQueue }
  const run = await host.start('hasty', [{ id: 'a', on: { left: 'refuse', right } }], world, { placement })
  await Promise.all([holds.left.entered, holds.right.entered])
  holds.left.release()
  await expect.poll(() => cancelsOf(run.workflowId)).toBe(1)
  if (meanwhile === 'cancelled') await run.cancel()
  holds.right.release()
  return (await run.report).except.find(({ key }) => key === 'a')
}

async function cancelsOf(workflowId: string): Promise<number> {
  const [found] = await fetchHistories(host.client, { workflowIds: [workflowId] })
  return shownBy(found?.history.events ?? []).cancels
}

describe('a step on a task queue whose attempt runs as it is called off', () => {
  it('is awaited, and is undone as a done step', async () => {
    const lane = await endOf('ok')

    expect(lane).toMatchObject({ outcome: 'refused', cause: { step: 'left' }, compensations: { right: 'done' } })
    expect(lane?.cause).not.toHaveProperty('others')
  })

  it('is not tried again when it fails, and has the cause SAGA_CALLED_OFF', async () => {
    expect(await endOf('down')).toMatchObject({
      outcome: 'refused',
      cause: { step: 'left', others: [{ step: 'right', kind: 'unknown', code: 'SAGA_CALLED_OFF' }] },
      compensations: { right: 'done' },
    })
  })

  it('is awaited by a run that is cancelled meanwhile, and the lane ends by the step that failed', async () => {
    expect(await endOf('down', 'cancelled')).toMatchObject({
      outcome: 'refused',
      cause: { step: 'left', others: [{ step: 'right', code: 'SAGA_CALLED_OFF' }] },
      compensations: { one: 'done', right: 'done' },
    })
  })

  it('keeps its own refusal', async () => {
    expect(await endOf('refuse')).toMatchObject({
      cause: { step: 'left', others: [{ step: 'right', kind: 'refused', code: 'NO' }] },
      compensations: { right: 'notNeeded' },
    })
  })
})
