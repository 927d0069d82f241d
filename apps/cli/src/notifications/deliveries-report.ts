import { type ListedDelivery, notificationId } from 'seckill-store/mysql'
import { counted } from '../output/numbers.js'
import { table } from '../output/table.js'

/** The deliveries as lines for a terminal. */
export function deliveriesReport(
  deliveries: readonly ListedDelivery[],
  { state, limit }: { readonly state: string; readonly limit: number },
): string {
  if (deliveries.length === 0) return `No message is ${state}.`
  const rows = deliveries.map((delivery) => [
    notificationId(delivery),
    delivery.channel,
    `user ${delivery.userId}`,
    counted(delivery.attempts, 'attempt'),
    new Date(delivery.updatedAt).toISOString(),
    delivery.problem ?? '',
  ])
  const more = deliveries.length === limit ? 'There may be more: --limit shows them.\n' : ''
  const verb = state === 'dead' ? 'To send them again: ./seckill notifications send-again --all --reason "…"\n' : ''
  return `${table(rows)}${more}${verb}`
}
