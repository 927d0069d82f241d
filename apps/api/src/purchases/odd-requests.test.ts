import { describe, expect, it } from 'vitest'
import { bothServers } from '../../test/listener-beside-express.js'
import type { Asked } from '../../test/listener-under-test.js'
import { type OddRequest, oddBodies, oddIds, oddKeys, oddTokens } from '../../test/odd-requests.js'

const both = bothServers()

/** What a server made of a request: the purchase it read, or its whole error. */
interface Reading {
  readonly answer: unknown
  readonly challenge: string | undefined
  readonly read: unknown
}

async function readByListener(asked: Asked): Promise<Reading> {
  const { status, headers, text } = await both().listener.ask(asked)
  const purchase = both().listener.admitted.at(-1)
  const answer = status === 202 ? 202 : JSON.parse(text)
  return { answer, challenge: headers['www-authenticate'], read: purchase && JSON.parse(JSON.stringify(purchase)) }
}

async function readByExpress(asked: Asked): Promise<Reading> {
  const { status, headers, text } = await both().behind.ask(asked)
  const body = JSON.parse(text)
  const challenge = headers['www-authenticate']
  return status === 202 ? { answer: 202, challenge, read: body } : { answer: body, challenge, read: undefined }
}

async function expectSame([, asked, answer]: OddRequest): Promise<void> {
  const sent = { ...asked, headers: { ...both().own, ...asked.headers } }
  const [ours, expected] = [await readByListener(sent), await readByExpress(sent)]
  expect(ours).toEqual(expected)
  if (answer === 202) expect(ours).toMatchObject({ answer, read: { userId: 2 } })
  else expect(ours).toMatchObject({ answer: { error: answer, data: answer === 'INVALID_REQUEST' ? {} : null } })
}

describe('listener and Express read the same purchase, or answer the same error', () => {
  it.each(oddBodies)('from a JSON body: %s', async (...row) => expectSame(row))
  it.each(oddIds)('from a voucher id: %s', async (...row) => expectSame(row))
  it.each(oddTokens)('from a token: %s', async (...row) => expectSame(row))
  it.each(oddKeys)('from an Idempotency-Key %s', async (...row) => expectSame(row))
})
