import type { WorkflowHandle } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { sagaMessageSignal, sagaStateQuery } from 'saga-core/workflow'
import { type Database, paymentIdOf, recordCaptures, startPayment } from 'seckill-store/mysql'

/** Pays a run's orders once none of its lanes is on its way to one, as the API records captured payments, and tells the run. */
export async function payOrders(
  db: Kysely<Database>,
  handle: Pick<WorkflowHandle, 'workflowId' | 'signal' | 'query'>,
): Promise<void> {
  const { counts } = await handle.query(sagaStateQuery)
  if (counts.waiting === undefined || counts.running !== undefined || counts.compensating !== undefined) return
  const orders = await db
    .selectFrom('orders')
    .select(['id', 'user_id as userId', 'reservation_id as reservationId'])
    .where('owner', '=', handle.workflowId)
    .where('state', '=', 'PENDING_PAYMENT')
    .execute()
  if (orders.length === 0) return
  for (const { id, userId } of orders) await startPayment(db, { orderId: id, userId, provider: 'test' })
  const captures = orders.map(({ id }) => ({ paymentId: paymentIdOf(id), providerId: `test-${id}` }))
  const { paid } = await db.transaction().execute((trx) => recordCaptures(trx, captures))
  await tellRun(
    handle,
    paid.map(({ reservationId }) => reservationId),
  )
}

/** Tells a run that the orders of these lanes have changed. */
export async function tellRun(
  handle: Pick<WorkflowHandle, 'signal'>,
  reservationIds: readonly string[],
): Promise<void> {
  const lanes = reservationIds.map((id) => [id, { value: true }] as const)
  await handle.signal(sagaMessageSignal, { wait: 'payment', lanes: Object.fromEntries(lanes) })
}
