import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { expect, it } from 'vitest'
import { askedOnce } from '../src/ask-once.js'
import { startProxy } from './proxy.js'

const address = process.env.TEMPORAL_ADDRESS as string

it('a lost connection ends a long poll, and no call is retried after close()', async () => {
  const [host = '', port = ''] = address.split(':')
  const temporal = await startProxy(host, Number(port))
  const lost = Connection.lazy({ address: `127.0.0.1:${temporal.port}`, interceptors: [askedOnce()] })
  const client = new Client({ connection: lost })
  const runId = randomUUID()
  await client.workflow.start('nobodyRunsThis', { taskQueue: runId, workflowId: runId })
  const startedAt = performance.now()
  const ended = client.workflow
    .getHandle(runId)
    .result()
    .catch(() => 'failed')
  // The long poll has been sent once the next call has its answer.
  await client.workflow.getHandle(runId).describe()
  temporal.down()
  expect(await ended).toBe('failed')
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  // A retried call would throw from its timer now, which fails the test run.
  await lost.close()
  await temporal.close()
})
