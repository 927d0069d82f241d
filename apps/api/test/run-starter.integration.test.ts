import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { askedOnce } from '../src/ask-once.js'
import { createRunStarter } from '../src/dispatcher/run-starter.js'
import { startProxy } from './proxy.js'

const address = process.env.TEMPORAL_ADDRESS as string

let calls = 0
let connection: Connection

beforeAll(async () => {
  const count = (options: object, next: (options: object) => unknown) => {
    calls += 1
    return next(options)
  }
  connection = await Connection.connect({
    address,
    // Typed by grpc-js, which is no dependency of ours.
    interceptors: [count as never],
  })
})
afterAll(() => connection.close())

it('waits for a run that does not end as long as one of its size may take, with one call: a deadline would make Temporal answer at once, again and again', async () => {
  const client = new Client({ connection })
  const runId = randomUUID()
  const run = await client.workflow.start('nobodyRunsThis', { taskQueue: runId, workflowId: runId })
  calls = 0
  const startedAt = performance.now()
  await createRunStarter(client, 5_000).ended(runId, 700, new AbortController().signal)
  expect(performance.now() - startedAt).toBeGreaterThan(900)
  expect(calls).toBe(1)
  await run.terminate()
})

it('a run that ends is heard of at once, and one that is unknown is not waited for', async () => {
  const client = new Client({ connection })
  const runId = randomUUID()
  const run = await client.workflow.start('nobodyRunsThis', { taskQueue: runId, workflowId: runId })
  const never = new AbortController().signal
  const startedAt = performance.now()
  const ended = createRunStarter(client, 5_000).ended(runId, 1_000, never)
  await run.terminate()
  await ended
  await createRunStarter(client, 5_000).ended(randomUUID(), 1_000, never)
  expect(performance.now() - startedAt).toBeLessThan(900)
})

it('a connection that is lost ends the wait, and nothing asks again once it is closed', async () => {
  const [host = '', port = ''] = address.split(':')
  const temporal = await startProxy(host, Number(port))
  const lost = Connection.lazy({ address: `127.0.0.1:${temporal.port}`, interceptors: [askedOnce()] })
  const client = new Client({ connection: lost })
  const runId = randomUUID()
  await client.workflow.start('nobodyRunsThis', { taskQueue: runId, workflowId: runId })
  const startedAt = performance.now()
  const ended = createRunStarter(client, 5_000).ended(runId, 60_000, new AbortController().signal)
  // The poll is out once the next call has its answer.
  await client.workflow.getHandle(runId).describe()
  temporal.down()
  await ended
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  // A call that is sent again would throw from its timer now, which vitest counts as a failure.
  await lost.close()
  await temporal.close()
})
