import { z } from 'zod'
import { callback, payment, refund } from './records.js'

/** The first line of a journal. */
export const header = z.strictObject({ journal: z.literal('seckill-provider'), format: z.literal(1) })

/** The text of {@link header}. */
export const headerText = JSON.stringify({ journal: 'seckill-provider', format: 1 } satisfies z.infer<typeof header>)

/** One line of a journal: the records of one change, as they are after it. A line counts whole or not at all. */
export const entry = z.strictObject({
  payment: payment.optional(),
  refund: refund.optional(),
  callback: callback.optional(),
  /** How far the delivery of a callback is. */
  progress: callback.pick({ id: true, state: true, attempts: true, copies: true, dueAt: true, held: true }).optional(),
})
export type Entry = Readonly<z.infer<typeof entry>>
