import { dataOf } from 'seckill-client/public'
import { usePolled } from '../../live/use-polled.js'
import { Card } from '../../ui/card.js'
import { moneyText } from '../../ui/format.js'
import { api } from '../api.js'
import { useShop } from '../shop-context.js'
import { PurchasePanel } from './purchase-panel.js'

/** Everything that the user has asked for, with its order. */
export function PurchasesView() {
  const { texts, language, session, sales, purchases } = useShop()
  const userId = session.user?.userId
  const orders = usePolled(
    userId,
    async () => (userId === undefined ? [] : (await dataOf(api[language].GET('/api/v1/orders'))).orders),
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
