import { describe, expect, it } from 'vitest'
import type { SagaDefinition } from '../definition.js'
import type { SagaReport } from '../outcome.js'
import { saga } from '../saga.js'
import { inMemoryRuntime } from '../testing/in-memory-runtime.js'
import { createBatch } from './batch.js'

interface Request {
  readonly id: string
}
interface Activities {
  act(request: Request): Promise<void>
}

const key = ({ id }: Request) => id
const child = saga<Request>('child', { key }).activities<Activities>().step('inner', { invoke: 'act' }).build()
const parent = saga<Request>('parent', { key })
  .activities<Activities>()
  .step('one', { invoke: 'act', compensate: 'act', onUnknown: 'compensate' })
  .child('child', child, { workflow: 'child', arg: ({ input }) => input })
  .build()

/** Runs the parent; its child ends as one that was cancelled, because the parent was or for a reason of its own. */
async function end(parentIsCancelled: boolean) {
  const inner = inMemoryRuntime({ activities: { act: async () => undefined } })
  const runtime = {
    ...inner,
    child: async () => {
      if (parentIsCancelled) inner.cancel()
      return { status: 'refused', code: 'SAGA_CHILD_CANCELLED' } as const
    },
  }
  const report = (await createBatch(parent as SagaDefinition, [{ id: 'a' }], runtime).run()) as SagaReport
  return report.except[0]
}

describe('a child that ended as cancelled', () => {
  it('is the cancel of its parent, where the parent was cancelled', async () => {
    expect(await end(true)).toMatchObject({
      outcome: 'cancelled',
      cause: { kind: 'cancelled', code: 'SAGA_CANCELLED' },
      compensations: { one: 'done', child: 'notNeeded' },
    })
  })

  it('is a refusal, where somebody cancelled the child alone', async () => {
    expect(await end(false)).toMatchObject({
      outcome: 'refused',
      cause: { kind: 'refused', step: 'child', code: 'SAGA_CHILD_CANCELLED' },
      compensations: { one: 'done', child: 'notNeeded' },
    })
  })
})
