import type { AsyncMessage } from 'rabbitmq-client'
import { purchaseRunPrefix } from 'seckill-workflows'
import { z } from 'zod'
import type { TakenRun } from '../starting/index.js'

const id = z.int().min(1)

const laneSchema = z.strictObject({
  reservationId: z.string().min(1).max(64),
  voucherId: id,
  userId: id,
  quantity: id,
  seq: z.int().min(0),
  admittedAt: z.int().min(0),
  termsVersion: z.int().min(0),
  keyDigest: z.string().max(64),
})

const runSchema = z
  .strictObject({ voucherId: id, runId: z.string().min(1).max(200), lanes: z.array(laneSchema).min(1).max(2_000) })
  .refine(({ voucherId, runId }) => runId.startsWith(purchaseRunPrefix(voucherId)), 'the run is of another voucher')
  .refine(({ voucherId, lanes }) => lanes.every((lane) => lane.voucherId === voucherId), 'a lane is of another voucher')

/** The properties of a message that carries a run: it survives a restart, and comes back where no queue takes it. */
export function envelopeOf({ runId }: TakenRun) {
  return { messageId: runId, contentType: 'application/json', durable: true, mandatory: true, timestamp: seconds() }
}

export function bodyOf({ voucherId, runId, lanes }: TakenRun): Buffer {
  return Buffer.from(JSON.stringify({ voucherId, runId, lanes }))
}

/** The run in the body of a message; `undefined` where it is none. */
export function readRun(body: unknown): TakenRun | undefined {
  return runSchema.safeParse(body).data
}

function seconds(): number {
  return Math.floor(Date.now() / 1_000)
}

const mostBodyCharacters = 2_000

/** What an operator has to know of a message. */
export function describeMessage({ messageId, headers, body }: Pick<AsyncMessage, 'messageId' | 'headers' | 'body'>) {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : typeof body === 'string' ? body : JSON.stringify(body)
  return {
    messageId: messageId ?? 'none',
    reason: String(headers?.['x-first-death-reason'] ?? 'unknown'),
    body: text.slice(0, mostBodyCharacters),
  }
}
