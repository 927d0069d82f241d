import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { refuse } from 'saga-core/activity'
import { fetchHistories, replayHistories } from 'saga-core/testing'
import { sagaLaneQuery } from 'saga-core/workflow'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limitedServer } from './limited/limited-server.js'
import type { LimitedActivities, patient, walking } from './limited/workflows.js'

const taskQueue = 'limited'
const limits = { suggestedAt: 300, terminatedAt: 1_200 }

/** The effects that lanes have; steps fail while `isDown`, and `s10` is refused to lanes of `refused`. */
const world = {
  effects: new Set<string>(),
  attempts: 0,
  isDown: new Set<string>(),
  refused: new Set<string>(),
}

const activities: LimitedActivities = {
  async act({ id }, { step }) {
    world.attempts += 1
    if (world.isDown.has(step)) throw new Error('down')
    if (step === 's10' && world.refused.has(id)) throw refuse('NO')
    world.effects.add(`${step} ${id}`)
    return step
  },
  async undo(_, { step, lane }) {
    world.attempts += 1
    if (world.isDown.has(`undo ${step}`)) throw new Error('down')
    world.effects.delete(`${step} ${lane}`)
  },
}

let server: Awaited<ReturnType<typeof limitedServer>>
let side: Awaited<ReturnType<typeof workerAt>>
beforeAll(async () => {
  server = await limitedServer(limits)
  side = await workerAt(server.address)
})
afterAll(async () => {
  await side?.close()
  await server?.stop()
})

async function workerAt(address: string) {
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger })
  const workflowsPath = fileURLToPath(new URL('./limited/workflows.ts', import.meta.url))
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger })
  const native = await NativeConnection.connect({ address })
  const worker = await Worker.create({ connection: native, taskQueue, workflowBundle, activities: { ...activities } })
  const running = worker.run()
  const connection = await Connection.connect({ address })
  return {
    client: new Client({ connection }),
    workflowBundle,
    async close() {
      worker.shutdown()
      await running
      await Promise.all([native.close(), connection.close()])
    },
  }
}

function start(workflow: 'patient' | 'walking', ids: readonly string[], options: object = {}) {
  const args: Parameters<typeof patient | typeof walking> = [ids.map((id) => ({ id })), options]
  const workflowId = `${workflow}-${randomUUID()}`
  return side.client.workflow.start<typeof patient>(workflow, { taskQueue, workflowId, args })
}

/** Resolves when the run has continued as new so many times. */
async function untilContinued(handle: WorkflowHandle, times: number): Promise<void> {
  const runs = new Set<string>()
  await expect
    .poll(async () => runs.add((await handle.describe()).runId).size, { timeout: 200_000, interval: 100 })
    .toBeGreaterThan(times)
}

/** The history of each run of the chain, the first one's first. */
async function chainOf(handle: WorkflowHandle): Promise<readonly number[]> {
  const lengths: number[] = []
  const { workflowId } = handle
  const executions = side.client.workflow.list({ query: `WorkflowId = "${workflowId}"` })
  for await (const { historyLength = 0 } of executions) lengths.push(historyLength)
  return lengths.toReversed()
}

async function replayed(handle: WorkflowHandle): Promise<readonly unknown[]> {
  const histories = await fetchHistories(side.client, { workflowIds: [handle.workflowId] })
  const replays = await replayHistories({ workflowBundle: side.workflowBundle, histories })
  return replays.flatMap(({ failure }) => failure ?? [])
}

function effectsOf(id: string): readonly string[] {
  return [...world.effects].filter((effect) => effect.endsWith(` ${id}`))
}

const idsOf = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`)

describe('a step that is retried without end', () => {
  it('outlives the limit of a history, with its count and its last error, and completes', async () => {
    const ids = idsOf('a', 10)
    world.isDown = new Set(['hard'])
    const handle = await start('patient', ids)
    await untilContinued(handle, 5)
    const lane = await handle.query(sagaLaneQuery, 'a0')
    world.isDown.clear()

    expect(await handle.result()).toMatchObject({ lanes: 10, completed: 10 })
    expect(lane?.retrying).toMatchObject({ step: 'hard', error: { message: 'down' } })
    expect(lane?.retrying?.attempt).toBeGreaterThan(20)
    for (const id of ids) expect(effectsOf(id)).toEqual([`one ${id}`, `hard ${id}`])
    expect(Math.max(...(await chainOf(handle)))).toBeLessThan(limits.terminatedAt / 2)
    expect(await replayed(handle)).toEqual([])
  }, 300_000)

  it('is undone by a cancel once it has continued as new, though its compensation is retried as well', async () => {
    const ids = idsOf('b', 10)
    world.isDown = new Set(['hard', 'undo hard'])
    const handle = await start('patient', ids)
    await untilContinued(handle, 1)
    await handle.cancel()
    await untilContinued(handle, 3)
    world.isDown.clear()

    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    for (const id of ids) expect(effectsOf(id)).toEqual([])
    expect(Math.max(...(await chainOf(handle)))).toBeLessThan(limits.terminatedAt / 2)
    expect(await replayed(handle)).toEqual([])
  }, 300_000)
})

describe('lanes with ten steps on a task queue', () => {
  const placement = Object.fromEntries(idsOf('s', 11).map((name) => [name, taskQueue]))
  delete placement.s0

  it('take more events than a history may have, and end by themselves with every compensation done', async () => {
    const ids = idsOf('c', 40)
    world.refused = new Set(ids.slice(20))
    const handle = await start('walking', ids, { placement })

    const report = await handle.result()
    expect(report).toMatchObject({ lanes: 40, completed: 20 })
    expect(report.except.every(({ outcome }) => outcome === 'refused')).toBe(true)
    for (const id of ids.slice(0, 20)) expect(effectsOf(id)).toHaveLength(10)
    for (const id of ids.slice(20)) expect(effectsOf(id)).toEqual([])
    const chain = await chainOf(handle)
    expect(chain.length).toBeGreaterThan(4)
    expect(Math.max(...chain)).toBeLessThan(limits.terminatedAt / 2)
    expect(await replayed(handle)).toEqual([])
  }, 300_000)

  it('go on though one of them is retried without end on the task queue', async () => {
    const ids = idsOf('d', 32)
    world.isDown = new Set(['s4'])
    const handle = await start('walking', ids, { placement })
    await untilContinued(handle, 1)
    world.isDown.clear()

    expect(await handle.result()).toMatchObject({ completed: 32 })
    expect(await replayed(handle)).toEqual([])
  }, 300_000)
})
