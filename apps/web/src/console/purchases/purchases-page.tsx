import { useState } from 'preact/hooks'
import { dataOf, type FoundPurchase, type operations } from 'seckill-client/admin'
import { api } from '../frame/api.js'
import { Loaded, Sheet, State, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'
import { purchaseStates, searchedFor } from './purchase.js'

type Query = NonNullable<operations['searchPurchases']['parameters']['query']>

/** The search of a form, as the query of the API; undefined for a form that narrows nothing down. */
function queryOf(form: FormData): Query | undefined {
  const text = String(form.get('text')).trim()
  const voucherId = String(form.get('voucherId')).trim()
  const state = String(form.get('state'))
  if (text === '' && voucherId === '') return undefined
  return {
    ...(text !== '' && searchedFor(text)),
    ...(voucherId !== '' && { voucherId: Number(voucherId) }),
    ...(state in purchaseStates && { state: state as keyof typeof purchaseStates }),
  }
}

/** Purchases by user, trace id, order or campaign. */
export function PurchasesPage() {
  const [query, setQuery] = useState<Query>()
  const [offset, setOffset] = useState(0)
  const [isEmpty, setIsEmpty] = useState(false)
  const shown = useData(query && `purchases ${JSON.stringify({ ...query, offset })}`, () =>
    dataOf(api.GET('/admin/v1/purchases', { params: { query: { ...query, offset } } })),
  )
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const asked = queryOf(form)
    setIsEmpty(asked === undefined)
    // What waits at the gate is found by its trace id only, and MySQL does not have it yet.
    if (asked?.traceId !== undefined) location.hash = hrefOf('purchases', asked.traceId)
    setOffset(0)
    setQuery(asked)
  }
  return (
    <Sheet title="Purchases">
      <form class="fields search" onSubmit={search}>
        <label>
          User, order or number
          <input name="text" spellcheck={false} autocomplete="off" />
        </label>
        <label>
          Voucher
          <input name="voucherId" inputMode="numeric" pattern="[0-9]*" />
        </label>
        <label>
          State
          <select name="state">
            <option value="">any</option>
            {Object.entries(purchaseStates).map(([state, words]) => (
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
      {isEmpty && <p role="alert">Name a user, a trace id, an order or a voucher.</p>}
      {query !== undefined && (
        <Loaded shown={shown}>
          {({ purchases, next }) => (
            <>
              <Results purchases={purchases} />
              <p class="buttons">
                {offset > 0 && (
                  <button type="button" onClick={() => setOffset(0)}>
                    To the first
                  </button>
                )}
                {next !== null && (
                  <button type="button" onClick={() => setOffset(next)}>
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

function Results({ purchases }: { readonly purchases: readonly FoundPurchase[] }) {
  return (
    <Table
      label="Purchases that were found"
      heads={['Trace id', 'User', 'State', 'Order', 'Admitted', 'Ended']}
      none="No run has taken such a purchase. What still waits at the gate is found by its trace id."
      rows={purchases.map(({ traceId, userId, state, reason, orderState, admittedAt, endedAt }) => ({
        key: traceId,
        cells: [
          <a key="id" href={hrefOf('purchases', traceId)}>
            {traceId}
          </a>,
          userId,
          <>
            <State state={state} /> {reason}
          </>,
          orderState === null ? 'none' : <State key="order" state={orderState} />,
          timeText(admittedAt),
          timeText(endedAt),
        ],
      }))}
    />
  )
}
