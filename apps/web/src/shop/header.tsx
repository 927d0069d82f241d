import { useShop } from './shop-context.js'
import type { View } from './use-view.js'

export interface HeaderProps {
  readonly view: View
  readonly unread: number
  readonly onLanguage: () => void
}

/** The name of the shop, who is signed in, and the views. */
export function Header({ view, unread, onLanguage }: HeaderProps) {
  const { texts, session, openSignIn } = useShop()
  const { user } = session
  const views = [
    ['sales', texts.sales],
    ['purchases', texts.purchases],
    ['inbox', texts.inbox],
  ] as const
  return (
    <header class="bar">
      <h1>{texts.shop}</h1>
      <div class="who">
        {user && <span title={texts.signedInAs(user.name)}>{user.name}</span>}
        {user !== undefined && (
          <button type="button" class="small" onClick={() => (user === null ? openSignIn() : void session.signOut())}>
            {user === null ? texts.signIn : texts.signOut}
          </button>
        )}
        <button type="button" class="small" onClick={onLanguage}>
          {texts.otherLanguage}
        </button>
      </div>
      <nav aria-label={texts.shop}>
        {views.map(([name, label]) => (
          <a key={name} href={`#${name}`} aria-current={name === view ? 'page' : undefined}>
            {label}
            {name === 'inbox' && unread > 0 && (
              <span class="count" role="img" aria-label={texts.unread(unread)}>
                {unread}
              </span>
            )}
          </a>
        ))}
      </nav>
    </header>
  )
}
