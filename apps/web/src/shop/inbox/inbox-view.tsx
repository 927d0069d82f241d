import { timeText } from '../../ui/format.js'
import { useShop } from '../shop-context.js'
import type { Inbox } from './use-inbox.js'

/** What the user was told, newest first. */
export function InboxView({ inbox: { value, markRead } }: { readonly inbox: Inbox }) {
  const { texts, language } = useShop()
  if (value === undefined) return <p class="note empty">{texts.loading}</p>
  if (value.messages.length === 0) return <p class="note empty">{texts.noMessages}</p>
  return (
    <div class="messages">
      {value.unread > 0 && (
        <button type="button" onClick={() => void markRead()}>
          {texts.markRead}
        </button>
      )}
      <ul>
        {value.messages.map(({ id, title, text, createdAt, isRead }) => (
          <li key={id} class={isRead ? 'card' : 'card unread'}>
            <h2 dir="auto">{title}</h2>
            <p dir="auto">{text}</p>
            <p class="note">{timeText(createdAt, language)}</p>
          </li>
        ))}
      </ul>
    </div>
  )
}
