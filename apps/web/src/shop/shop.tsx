import './shop.css'
import { useState } from 'preact/hooks'
import { takeFailedSignIn } from '../ui/failed-sign-in.js'
import { chooseLanguage, type Language } from '../ui/language.js'
import { Announcer } from './announcer.js'
import { Header } from './header.js'
import { InboxView } from './inbox/inbox-view.js'
import { useInbox } from './inbox/use-inbox.js'
import { PurchasesView } from './purchases/purchases-view.js'
import { usePurchases } from './purchases/use-purchases.js'
import { SalesView } from './sale/sales-view.js'
import { useSales } from './sale/use-sales.js'
import { SignIn } from './session/sign-in.js'
import { useSession } from './session/use-session.js'
import { shopContext } from './shop-context.js'
import { loadTexts } from './texts/load-texts.js'
import type { Texts } from './texts/texts.js'
import { useView } from './use-view.js'

/** The language of the page, and its words. */
interface Spoken {
  readonly language: Language
  readonly texts: Texts
}

/** The shopper's page; it begins in a language that is loaded. */
export function Shop(first: Spoken) {
  const [{ language, texts }, setSpoken] = useState(first)
  const [isSigningIn, setSigningIn] = useState(false)
  const [failedSignIn] = useState(takeFailedSignIn)
  const view = useView()
  const session = useSession(language)
  const sales = useSales(language)
  const purchases = usePurchases(language, session)
  const inbox = useInbox(language, session.user?.userId)
  const openSignIn = () => (session.signInPath === null ? setSigningIn(true) : location.assign(session.signInPath))
  const context = { language, texts, session, sales, purchases, openSignIn }
  const changeLanguage = async (): Promise<void> => {
    const other = language === 'en' ? 'zh-CN' : 'en'
    const loaded = await loadTexts(other)
    chooseLanguage(other)
    setSpoken({ language: other, texts: loaded })
  }
  const isOffline = sales.isFailing || purchases.isFailing
  return (
    <shopContext.Provider value={context}>
      <Header view={view} unread={inbox.value?.unread ?? 0} onLanguage={() => void changeLanguage()} />
      {failedSignIn !== undefined && (
        <p class="notice" role="alert">
          {texts.signInFailed[failedSignIn]}
        </p>
      )}
      {isOffline && (
        <p class="notice" role="alert">
          {texts.offline}
        </p>
      )}
      <main>
        {view === 'sales' && <SalesView />}
        {view === 'purchases' && <PurchasesView />}
        {view === 'inbox' && <InboxView inbox={inbox} />}
      </main>
      <Announcer />
      {isSigningIn && <SignIn onClose={() => setSigningIn(false)} />}
    </shopContext.Provider>
  )
}
