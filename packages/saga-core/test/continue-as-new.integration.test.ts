import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HostedRun } from './conformance/host.js'
import { type TemporalHost, temporalHost } from './conformance/temporal-host.js'
import { newWorld } from './conformance/world.js'

let host: TemporalHost
let connection: Connection
beforeAll(async () => {
  host = await temporalHost()
  connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? 'localhost:7233' })
})
afterAll(async () => {
  await host.close()
  await connection.close()
})

/** The server suggests it at 4,096 events; a signal is one. */
async function growLong(run: Pick<HostedRun, 'message'>): Promise<void> {
  for (let sent = 0; sent < 4_200; sent += 60) {
    await Promise.all(
      Array.from({ length: 60 }, () => run.message({ wait: 'approval', lanes: { nobody: { value: 1 } } })),
    )
  }
}

const operation = { actor: 'ann', reason: 'closing time' } as const

describe('a run that has grown long', () => {
  it('continues as new with its open lanes, ends, kept messages, deadlines and audit list', async () => {
    const until = Date.now() + 3_600_000
    const run = await host.start('approving', [
      { id: 'waits', until },
      { id: 'refused' },
      { id: 'aborted' },
      { id: 'parked', undo: { one: 'down' } },
    ])
    await run.message({ wait: 'approval', lanes: { refused: { refuse: 'NO' }, parked: { refuse: 'NO' } } })
    await run.operate({ ...operation, verb: 'abort', lanes: ['aborted'], operationId: 'once' })
    await expect
      .poll(async () => (await run.state()).counts)
      .toEqual({ waiting: 1, refused: 1, cancelled: 1, parked: 1 })
    const before = await run.state()

    await growLong(run)

    const client = new Client({ connection })
    const handle = client.workflow.getHandle(run.workflowId as string)
    await expect.poll(async () => (await handle.describe()).historyLength, { timeout: 30_000 }).toBeLessThan(1_000)
    const after = await run.state()
    // The 4,200 signals that made the history long were for no lane of the run.
    const same = { ...before, notable: [], running: {}, unusedMessages: 4_200 }
    expect({ ...after, notable: [], running: {} }).toEqual(same)
    expect(after.notable.map(({ key }) => key)).toEqual(['parked'])
    expect(await run.operate({ ...operation, verb: 'abort', lanes: ['aborted'], operationId: 'once' })).toMatchObject({
      lanes: ['aborted'],
    })

    run.world.mended = true
    await run.operate({ ...operation, verb: 'retry', operationId: 'mended' })
    await run.message({ wait: 'approval', lanes: { waits: { value: { by: 'ann' } } } })
    const report = await run.report

    expect(report).toMatchObject({ lanes: 4, completed: 1 })
    expect(report.except.map(({ key, outcome }) => [key, outcome]).toSorted()).toEqual([
      ['aborted', 'cancelled'],
      ['parked', 'refused'],
      ['refused', 'refused'],
    ])
    expect(run.world.effectsOf('waits')).toEqual(['one', 'three'])
    expect(run.world.effectsOf('parked')).toEqual(['one', expect.stringMatching(/^undo one/)])
  }, 120_000)

  it('rolls back and ends Cancelled where its cancel comes while it continues as new', async () => {
    const run = await host.start('approving', [{ id: 'a' }, { id: 'b' }])
    await expect.poll(async () => (await run.state()).counts).toEqual({ waiting: 2 })
    const handle = new Client({ connection }).workflow.getHandle(run.workflowId as string)
    const signal = () => run.message({ wait: 'approval', lanes: { nobody: { value: 1 } } })
    for (let sent = 0; sent < 3_900; sent += 60) await Promise.all(Array.from({ length: 60 }, signal))
    const rest = Array.from({ length: 300 }, signal)
    await Promise.allSettled([...rest.slice(0, 150), handle.cancel(), ...rest.slice(150)])

    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    // The step ahead is fenced.
    const undone = ['one', 'undo three', expect.stringMatching(/^undo one/)]
    for (const key of ['a', 'b']) expect(run.world.effectsOf(key)).toEqual(undone)
  }, 120_000)

  it('continues as new out of a workflow function that catches what its run throws', async () => {
    const run = await host.start('approving', [{ id: 'a' }], newWorld(), {}, 'catching')
    await expect.poll(async () => (await run.state()).counts).toEqual({ waiting: 1 })
    const handle = new Client({ connection }).workflow.getHandle(run.workflowId)
    const { runId } = await handle.describe()
    await growLong(run)
    await expect.poll(async () => (await handle.describe()).runId).not.toBe(runId)

    await run.message({ wait: 'approval', lanes: { a: { value: { by: 'ann' } } } })
    expect(await handle.result()).toMatchObject({ lanes: 1, completed: 1 })
    expect(run.world.effectsOf('a')).toEqual(['one', 'three'])
  }, 120_000)

  it('continues as new only after its child has ended', async () => {
    const run = await host.start('guardian', [
      { id: 'a', on: { inner: 'down', three: 'refuse' }, undo: { one: 'down' } },
    ])
    await expect.poll(async () => (await run.state()).counts).toEqual({ parked: 1 })
    const handle = new Client({ connection }).workflow.getHandle(run.workflowId as string)
    await growLong(run)
    expect((await handle.describe()).historyLength).toBeGreaterThan(4_096)

    run.world.mended = true
    const child = await run.child('child/a')
    await child.operate({ ...operation, verb: 'retry', operationId: 'mended' })
    await child.message({ wait: 'word', lanes: { a: { value: 'go' } } })

    expect((await run.report).except).toMatchObject([
      { key: 'a', outcome: 'refused', compensations: { child: 'done', one: 'done' } },
    ])
    expect(run.world.effectsOf('a').filter((effect) => !effect.startsWith('undo'))).toEqual(['one', 'inner', 'last'])
  }, 120_000)
})

describe('a workflow function that catches what its run throws', () => {
  const client = () => new Client({ connection })

  it('does not complete with open lanes for a fault of the run, whose workflow task fails', async () => {
    const workflowId = `catching-${randomUUID()}`
    const handle = await client().workflow.start('catching', {
      workflowId,
      taskQueue: host.taskQueue,
      args: ['approving', { 'saga-core/carried': {} }],
    })

    const failed = async () =>
      (await handle.fetchHistory()).events?.some((event) => event.workflowTaskFailedEventAttributes)
    await expect.poll(failed).toBe(true)
    expect((await handle.describe()).status.name).toBe('RUNNING')
    await handle.terminate()
  })

  it('may keep a cancellation, which comes after the last compensation', async () => {
    const run = await host.start('approving', [{ id: 'a' }], newWorld(), {}, 'catching')
    await expect.poll(async () => (await run.state()).counts).toEqual({ waiting: 1 })
    await run.cancel()

    expect(await run.report).toBe('caught: CancelledFailure: Workflow cancelled')
    expect(run.world.effectsOf('a').at(-1)).toMatch(/^undo one/)
  })
})

describe('a child that has grown long', () => {
  it('continues as new while it is parked, and its parent hears when it goes on', async () => {
    const run = await host.start('guardian', [{ id: 'a', on: { inner: 'down' } }])
    const child = await run.child('child/a')
    await expect.poll(async () => (await run.state()).counts).toEqual({ parked: 1 })
    const handle = new Client({ connection }).workflow.getHandle(child.workflowId)
    await growLong(child)
    await expect.poll(async () => (await handle.describe()).historyLength, { timeout: 30_000 }).toBeLessThan(1_000)
    expect(await run.state()).toMatchObject({
      counts: { parked: 1 },
      notable: [{ parked: { child: child.workflowId } }],
    })

    run.world.mended = true
    await child.operate({ ...operation, verb: 'retry', operationId: 'mended' })
    await expect.poll(async () => (await run.state()).counts).toEqual({ running: 1 })
    await child.message({ wait: 'word', lanes: { a: { value: 'go' } } })

    expect((await run.report).completed).toBe(1)
    expect(run.world.effectsOf('a')).toEqual(['one', 'inner', 'last', 'three'])
  }, 120_000)
})
