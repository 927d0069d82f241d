import { describe, expect, it, vi } from 'vitest'
import type { LaneCall } from '../definition/activity-types.js'
import type { SagaDefinition } from '../definition/definition.js'
import { saga } from '../definition/saga.js'
import { typed } from '../definition/typed.js'
import { inMemoryRuntime } from '../testing/in-memory-runtime.js'
import { createBatch } from './batch.js'
import type { SagaRuntime } from './run/runtime.js'

interface Errand {
  readonly id: string
}

type Activities = Record<'act' | 'undo', (arg: Errand | undefined, call: LaneCall) => Promise<void>>

const step = { invoke: 'act', compensate: 'undo', onUnknown: 'compensate' } as const
const builder = saga<Errand>('errand', { key: ({ id }) => id })
  .activities<Activities>()
  .step('one', step)
const paid = builder.pivot('paid', { invoke: 'act' }).build() as unknown as SagaDefinition
const waits = builder.wait('word', { message: typed<string>() }).build() as unknown as SagaDefinition

async function act() {
  return undefined
}

const activities = { act, undo: act }

async function broken() {
  return Promise.reject(new Error('the host is broken'))
}

function run(definition: SagaDefinition, faults: Partial<SagaRuntime>) {
  return createBatch(definition, [{ id: 'a' }], { ...inMemoryRuntime({ activities }), ...faults }).run()
}

describe('a host that breaks ends the run with its error', () => {
  it('between the steps and the pivot', async () => {
    await expect(run(paid, { checkpoint: broken })).rejects.toThrow('the host is broken')
  })

  it('by its timer', async () => {
    const dated = saga<Errand>('errand', { key: ({ id }) => id, deadline: () => 60_000 })
      .activities<Activities>()
      .wait('word', { message: typed<string>() })
      .build() as unknown as SagaDefinition
    const timer = () => ({ over: broken(), cancel: () => undefined })

    await expect(run(dated, { timer })).rejects.toThrow('the host is broken')
  })

  it('while the run waits', async () => {
    await expect(run(waits, { until: broken })).rejects.toThrow('the host is broken')
  })
})

it('unless the pivot is one that no lane reaches', async () => {
  const host = inMemoryRuntime({
    activities: {
      ...activities,
      act: async () => {
        host.cancel()
      },
    },
  })
  const checkpoint = vi.fn(host.checkpoint)
  const report = await createBatch(paid, [{ id: 'a' }], { ...host, checkpoint }).run()

  expect(report).toMatchObject({ except: [{ outcome: 'cancelled', compensations: { one: 'done' } }] })
  expect(checkpoint).not.toHaveBeenCalled()
})

it('bounds the answers of local activities in one workflow task', async () => {
  const host = inMemoryRuntime({ activities })
  const checkpoint = vi.fn(host.checkpoint)
  const lanes = Array.from({ length: 250 }, (_, at) => ({ id: String(at) }))
  const definition = builder.build() as unknown as SagaDefinition
  await createBatch(definition, lanes, { ...host, checkpoint }).run()

  expect(checkpoint).toHaveBeenCalledOnce()
})
