import { ServiceError } from '@temporalio/client'
import { expect, it } from 'vitest'
import type { ClientContext } from './context.js'
import { ask } from './rpc.js'

function grpcError(code: number) {
  const cause = Object.assign(new Error(`${code} of gRPC`), { code, details: '', metadata: {} })
  return new ServiceError('Failed to query Workflow', { cause })
}

/** Calls a run over a connection that answers each request after some milliseconds, with this error. */
function askOver(error: Error, afterMs: number, timeoutMs: number) {
  const connection = { withDeadline: (_: number, question: () => Promise<unknown>) => question() }
  const context = { client: { connection } } as unknown as ClientContext
  const question = () => new Promise((_, reject) => setTimeout(() => reject(error), afterMs))
  return ask(context, 'w', question, timeoutMs)
}

it.each([
  ['its deadline passed', 4, 0],
  ['its tasks fail', 9, 0],
  ['the server noticed first that the time was up', 1, 60],
])('a run did not answer: %s', async (_, code, afterMs) => {
  await expect(askOver(grpcError(code), afterMs, 60)).rejects.toMatchObject({ code: 'SAGA_NO_ANSWER' })
})

it('a call that its caller cancelled rejects with the error of the cancellation', async () => {
  const error = grpcError(1)
  await expect(askOver(error, 0, 5_000)).rejects.toBe(error)
})
