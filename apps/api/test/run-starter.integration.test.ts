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
    // The type comes from grpc-js, which is not a dependency of this package.
    interceptors: [count as never],
  })
})
afterAll(() => connection.close())

it('waits for an open run up to the limit of its size, with one call: a deadline would make Temporal answer with an empty page, again and again', async () => {
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

it('the end of a run resolves the wait at once, and an unknown run is not waited for', async () => {
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

it('a lost connection ends the wait, and no call is retried after close()', async () => {
  const [host = '', port = ''] = address.split(':')
  const temporal = await startProxy(host, Number(port))
  const lost = Connection.lazy({ address: `127.0.0.1:${temporal.port}`, interceptors: [askedOnce()] })
  const client = new Client({ connection: lost })
  const runId = randomUUID()
  await client.workflow.start('nobodyRunsThis', { taskQueue: runId, workflowId: runId })
  const startedAt = performance.now()
  const ended = createRunStarter(client, 5_000).ended(runId, 60_000, new AbortController().signal)
  // The long poll has been sent once the next call has its answer.
  await client.workflow.getHandle(runId).describe()
  temporal.down()
  await ended
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  // A retried call would throw from its timer now, which fails the test run.
  await lost.close()
  await temporal.close()
})
