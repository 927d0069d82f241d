import { ask } from '../../api/ask.js'
import { usePolled } from '../../live/use-polled.js'
import { Card } from '../../ui/card.js'
import { moneyText } from '../../ui/format.js'
import { useShop } from '../shop-context.js'
import { PurchasePanel } from './purchase-panel.js'

/** The parts of `GET /api/v1/orders` that the page shows. */
interface Order {
  readonly orderId: string
  readonly traceId: string
  readonly priceMinor: number
  readonly currency: string
}

/** Everything that the user has asked for, with its order. */
export function PurchasesView() {
  const { texts, language, session, sales, purchases } = useShop()
  const userId = session.user?.userId
  const orders = usePolled(
    userId,
    async () =>
      userId === undefined ? [] : (await ask<{ readonly orders: readonly Order[] }>('/api/v1/orders', language)).orders,
    () => 5_000,
  )
  if (purchases.value === undefined) return <p class="note empty">{texts.loading}</p>
  if (purchases.value.length === 0) return <p class="note empty">{texts.noPurchases}</p>
  return (
    <div class="cards">
      {purchases.value.map((purchase) => {
        const title = sales.value?.find(({ voucherId }) => voucherId === purchase.voucherId)?.title
        const order = orders.value?.find(({ traceId }) => traceId === purchase.traceId)
        return (
          <Card key={purchase.traceId} title={title ?? `#${purchase.voucherId}`}>
            {order !== undefined && (
              <p class="price">
                <strong>{moneyText(order.priceMinor, order.currency, language)}</strong>
              </p>
            )}
            <PurchasePanel purchase={purchase} />
          </Card>
        )
      })}
    </div>
  )
}
