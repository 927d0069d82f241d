import { useState } from 'preact/hooks'
import { dataOf, type operations, type SoldOrder } from 'seckill-client/admin'
import { moneyText } from '../../ui/format.js'
import { api } from '../frame/api.js'
import { Loaded, Sheet, State, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'

type Query = NonNullable<operations['searchOrders']['parameters']['query']>

/** The states of an order with their words, in the order of its life. */
const orderStates: Readonly<Record<SoldOrder['state'], string>> = {
  PENDING_PAYMENT: 'pending payment',
  CLOSING: 'closing',
  PAID: 'paid',
  EXPIRED: 'expired',
  CANCELLED: 'cancelled',
  REFUNDING: 'refunding',
  REFUNDED: 'refunded',
}

/** The search of a form; undefined for one that names neither a voucher nor a user. */
function queryOf(form: FormData): Query | undefined {
  const [voucherId, userId, state] = ['voucherId', 'userId', 'state'].map((name) => String(form.get(name)).trim())
  if (!voucherId && !userId) return undefined
  return {
    ...(voucherId && { voucherId: Number(voucherId) }),
    ...(userId && { userId: Number(userId) }),
    ...(state && state in orderStates && { state: state as SoldOrder['state'] }),
  }
}

/** Orders of a voucher or a user, and their file. */
export function OrdersPage() {
  const [query, setQuery] = useState<Query>()
  const [isEmpty, setIsEmpty] = useState(false)
  const shown = useData(query && `orders ${JSON.stringify(query)}`, () =>
    dataOf(api.GET('/admin/v1/orders', { params: query === undefined ? {} : { query } })),
  )
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    const asked = queryOf(new FormData(event.currentTarget as HTMLFormElement))
    setIsEmpty(asked === undefined)
    setQuery(asked)
  }
  return (
    <Sheet title="Orders">
      <form class="fields search" onSubmit={search}>
        <label>
          Voucher
          <input name="voucherId" inputMode="numeric" pattern="[0-9]*" />
        </label>
        <label>
          User
          <input name="userId" inputMode="numeric" pattern="[0-9]*" />
        </label>
        <label>
          State
          <select name="state">
            <option value="">any</option>
            {Object.entries(orderStates).map(([state, words]) => (
              <option key={state} value={state}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="main">
          Search
        </button>
      </form>
      {isEmpty && <p role="alert">Name a voucher or a user.</p>}
      {query !== undefined && (
        <Loaded shown={shown}>
          {({ orders, next }) => (
            <>
              <Results orders={orders} />
              <p class="buttons">
                <a href={exportOf(query)} download>
                  Download all as CSV
                </a>
                {next !== null && (
                  <button type="button" onClick={() => setQuery({ ...query, after: next })}>
                    Next page
                  </button>
                )}
              </p>
            </>
          )}
        </Loaded>
      )}
    </Sheet>
  )
}

function exportOf({ voucherId, userId, state }: Query): string {
  const query = Object.entries({ voucherId, userId, state }).filter(([, value]) => value !== undefined)
  return `/admin/v1/orders/export?${new URLSearchParams(query.map(([name, value]) => [name, String(value)]))}`
}

function Results({ orders }: { readonly orders: readonly SoldOrder[] }) {
  return (
    <Table
      label="Orders that were found"
      heads={['Order', 'User', 'Units', 'Price', 'State', 'Made', 'To be paid before']}
      none="There is no such order."
      rows={orders.map(({ orderId, traceId, userId, units, priceMinor, currency, state, createdAt, payBefore }) => ({
        key: orderId,
        cells: [
          <a key="id" href={hrefOf('purchases', traceId)}>
            {orderId}
          </a>,
          userId,
          units,
          moneyText(priceMinor, currency, 'en'),
          <State key="state" state={state} />,
          timeText(createdAt),
          timeText(payBefore),
        ],
      }))}
    />
  )
}
