import type { Router } from 'express'
import { searchAudit } from 'seckill-store/mysql'
import { z } from 'zod'
import type { SaleDatabase } from '../connections.js'
import { epochMs } from '../http/answer-fields.js'
import { answered, endOfFullPage } from '../http/answered.js'
import { data, type Operations } from '../http/operation.js'
import { routes } from '../http/routes.js'
import { lettersQuery } from './search-requests.js'

const letter = z
  .strictObject({
    id: z.number(),
    at: epochMs,
    messageId: z.string().meta({ description: 'the id of the run that the message was sent for' }),
    reason: z.string().nullable().meta({ description: "RabbitMQ's: rejected, delivery_limit, maxlen" }),
    voucherId: z.number().nullable().meta({ description: 'null where no run could be read' }),
    refused: z.number().meta({ description: 'purchases that ended because of it' }),
    body: z.string().nullable().meta({ description: 'the beginning of a body that is no run' }),
  })
  .meta({ id: 'DeadLetter' })

/** The operation of the broker's dead letters. */
export const letterOperations = {
  listDeadLetters: {
    method: 'get',
    path: '/admin/v1/dead-letters',
    summary: 'Messages of the broker that no consumer could take, and what became of their purchases, newest first',
    access: 'admin',
    query: lettersQuery,
    answers: {
      200: data(
        z.strictObject({
          isBrokerUsed: z.boolean(),
          waiting: z
            .number()
            .nullable()
            .meta({ description: 'letters that no worker has taken; null where no broker answers' }),
          letters: z.array(letter),
          next: z.number().nullable(),
        }),
      ),
    },
  },
} as const satisfies Operations

interface LetterDependencies {
  readonly db: SaleDatabase
  readonly waitingLetters: (() => Promise<number>) | undefined
}

/** Shows what the workers recorded of each dead letter. */
export function letterRoutes({ db, waitingLetters }: LetterDependencies): Router {
  return routes(letterOperations)({
    async listDeadLetters({ query }) {
      const [rows, waiting] = await Promise.all([
        answered(searchAudit(db, { ...query, action: 'dead-letter' })),
        waitingLetters?.().catch(() => null) ?? null,
      ])
      const letters = rows.map(({ id, at, subject, reason, after_value }) => {
        const { messageId, refused, body } = recorded.parse(JSON.parse(after_value ?? '{}'))
        const voucherId = /^voucher:(\d+)$/.exec(subject)?.[1]
        return {
          id,
          at,
          messageId,
          reason,
          voucherId: voucherId === undefined ? null : Number(voucherId),
          refused,
          body,
        }
      })
      const next = endOfFullPage(letters, query.limit)?.id ?? null
      return { status: 200, data: { isBrokerUsed: waitingLetters !== undefined, waiting, letters, next } }
    },
  })
}

/** What a worker writes of a letter. */
const recorded = z.object({
  messageId: z.string().default(''),
  refused: z.number().default(0),
  body: z.string().nullable().default(null),
})
