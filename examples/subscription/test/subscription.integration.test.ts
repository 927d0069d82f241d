import { randomUUID } from 'node:crypto'
import { WorkflowFailedError } from '@temporalio/client'
import { sagaMessageSignal } from 'saga-core/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorker, type TestWorker } from '../../test-worker.js'
import { createAccountActivities, createSubscriptionActivities } from '../src/activities.js'
import { Platform } from '../src/platform.js'
import type { Subscription } from '../src/subscription.js'
import type { subscribe } from '../src/workflows.js'

/** A platform whose logins wait for the promise `open`. */
class SlowPlatform extends Platform {
  open: Promise<void> = Promise.resolve()

  override async put(kind: string, key: string, value: unknown): Promise<boolean> {
    if (kind === 'logins') await this.open
    return super.put(kind, key, value)
  }
}

const platform = new SlowPlatform()
let worker: TestWorker
beforeAll(async () => {
  const activities = { ...createAccountActivities(platform), ...createSubscriptionActivities(platform) }
  worker = await startWorker('subscription', activities)
})
afterAll(() => worker.stop())

async function begin(asked: Partial<Subscription> = {}) {
  const id = randomUUID()
  const subscription: Subscription = { id, email: 'ann@example.com', plan: 'monthly', payWithinMs: 600_000, ...asked }
  const { workflow, taskQueue } = worker
  const workflowId = `subscription-${id}`
  const handle = await workflow.start<typeof subscribe>('subscribe', { taskQueue, workflowId, args: [subscription] })
  const pay = (token: string) =>
    handle.signal(sagaMessageSignal, { wait: 'card', lanes: { [id]: { value: { token } } } })
  const standing = () => platform.standing().filter((entry) => entry.includes(id))
  return { id, handle, pay, standing }
}

describe('a subscription on Temporal', () => {
  it('that is paid for is activated, and its welcome is sent', async () => {
    const { id, handle, pay, standing } = await begin()
    await pay('visa')

    expect(await handle.result()).toMatchObject({
      outcome: 'completed',
      results: { account: { tenant: `tenant-${id}` } },
    })
    expect(standing().map((entry) => entry.split('/')[0])).toEqual(['tenants', 'logins', 'charges', 'active', 'mails'])
  })

  it('whose card is declined loses its account, which the child rolls back', async () => {
    const { handle, pay, standing } = await begin()
    await pay('declined')

    expect(await handle.result()).toMatchObject({
      outcome: 'refused',
      cause: { step: 'charge', code: 'CARD_DECLINED' },
      compensations: { account: 'done' },
    })
    expect(standing()).toEqual([])
  })

  it('whose account cannot be set up is refused for the child’s reason', async () => {
    const { handle, standing } = await begin({ email: 'ann' })

    expect(await handle.result()).toMatchObject({
      outcome: 'refused',
      cause: { step: 'account', code: 'NO_EMAIL_ADDRESS' },
      compensations: { account: 'notNeeded' },
    })
    expect(standing()).toEqual([])
  })

  it('that is not paid for before its deadline expires and is rolled back', async () => {
    const { handle, standing } = await begin({ payWithinMs: 1_000 })

    expect(await handle.result()).toMatchObject({
      outcome: 'expired',
      cause: { code: 'SAGA_DEADLINE' },
      compensations: { account: 'done' },
    })
    expect(standing()).toEqual([])
  })

  it('that is cancelled while its account is set up is rolled back, and ends Cancelled', async () => {
    const login = Promise.withResolvers<void>()
    platform.open = login.promise
    const { handle, standing } = await begin()
    await expect.poll(standing).toHaveLength(1)
    await handle.cancel()
    await expect
      .poll(async () =>
        (await handle.fetchHistory()).events?.some(
          (event) => event.externalWorkflowExecutionCancelRequestedEventAttributes,
        ),
      )
      .toBe(true)
    login.resolve()

    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError)
    expect((await handle.describe()).status.name).toBe('CANCELLED')
    expect(standing()).toEqual([])
  })
})
