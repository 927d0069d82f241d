import { ask } from '../../api/ask.js'
import { type Polled, usePolled } from '../../live/use-polled.js'
import type { Language } from '../../ui/language.js'

/** A message of `GET /api/v1/inbox`. */
interface Message {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly createdAt: number
  readonly isRead: boolean
}

interface InboxAnswer {
  readonly unread: number
  readonly messages: readonly Message[]
}

export interface Inbox extends Polled<InboxAnswer> {
  readonly markRead: () => Promise<void>
}

/** The user's newest messages. */
export function useInbox(language: Language, userId: number | undefined): Inbox {
  const read = async (): Promise<InboxAnswer> =>
    userId === undefined ? { unread: 0, messages: [] } : ask<InboxAnswer>('/api/v1/inbox', language)
  const polled = usePolled(`${userId} ${language}`, read, () => 5_000)
  return {
    ...polled,
    async markRead() {
      const ids = polled.value?.messages.filter(({ isRead }) => !isRead).map(({ id }) => id) ?? []
      if (ids.length > 0) await ask('/api/v1/inbox/read', language, { method: 'POST', body: { ids } })
      await polled.refresh()
    },
  }
}
