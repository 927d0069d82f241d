import { useEffect, useState } from 'preact/hooks'
import { dataOf } from 'seckill-client/admin'
import { CampaignPage } from './campaigns/campaign-page.js'
import { CampaignsPage } from './campaigns/campaigns-page.js'
import { Acting } from './frame/act.js'
import { api } from './frame/api.js'
import { sentenceOfFault } from './frame/fault.js'
import { Navigation } from './frame/navigation.js'
import { type Place, usePlace } from './frame/route.js'
import { SessionContext, type SessionState } from './frame/session.js'
import { SignIn } from './frame/sign-in.js'
import { LivePage } from './live/live-page.js'
import { AuditPage } from './operations/audit-page.js'
import { LettersPage } from './operations/letters-page.js'
import { NotificationsPage } from './operations/notifications-page.js'
import { ParkedPage } from './operations/parked-page.js'
import { PaymentsPage } from './operations/payments-page.js'
import { ReconcilePage } from './operations/reconcile-page.js'
import { OrdersPage } from './purchases/orders-page.js'
import { PurchasePage } from './purchases/purchase-page.js'
import { PurchasesPage } from './purchases/purchases-page.js'
import { VouchersPage } from './vouchers/vouchers-page.js'

/** The operator's console. */
export function Console() {
  const [state, setState] = useState<SessionState>()
  const [fault, setFault] = useState<string>()
  useEffect(() => {
    dataOf(api.GET('/admin/v1/session')).then(setState, (error: unknown) => setFault(sentenceOfFault(error)))
  }, [])
  if (fault !== undefined) return <p role="alert">{fault}</p>
  if (state === undefined) return <p class="note">Reading…</p>
  if (state.session === null) return <SignIn {...state} onSignedIn={setState} />
  const leave = () => void dataOf(api.DELETE('/admin/v1/session')).then(setState)
  return (
    <SessionContext.Provider value={state.session}>
      <Frame onLeave={leave} />
    </SessionContext.Provider>
  )
}

function Frame({ onLeave }: { readonly onLeave: () => void }) {
  const place = usePlace()
  // A page reads everything again after an act.
  const [acts, setActs] = useState(0)
  const { page, thing } = place
  useEffect(() => {
    document.querySelector<HTMLElement>('main h1')?.focus()
    scrollTo(0, 0)
  }, [page, thing])
  useEffect(() => {
    // The button of an act is gone with the page that was read before it.
    if (document.activeElement === document.body)
      document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [acts])
  return (
    <div class="frame">
      <Navigation page={page} onLeave={onLeave} />
      <main>
        <Acting place={`${page}/${thing ?? ''}`} onDone={() => setActs((count) => count + 1)}>
          <Page key={`${page}/${thing ?? ''}/${page === 'live' ? '' : acts}`} place={place} />
        </Acting>
      </main>
    </div>
  )
}

function Page({ place: { page, thing } }: { readonly place: Place }) {
  switch (page) {
    case 'live':
      return <LivePage />
    case 'campaigns':
      return thing === undefined ? <CampaignsPage /> : <CampaignPage voucherId={thing} />
    case 'vouchers':
      return <VouchersPage />
    case 'purchases':
      return thing === undefined ? <PurchasesPage /> : <PurchasePage traceId={thing} />
    case 'orders':
      return <OrdersPage />
    case 'parked':
      return <ParkedPage />
    case 'notifications':
      return <NotificationsPage />
    case 'letters':
      return <LettersPage />
    case 'payments':
      return <PaymentsPage orderId={thing} />
    case 'reconcile':
      return <ReconcilePage reconciliationId={thing} />
    case 'audit':
      return <AuditPage subject={thing} />
  }
}
