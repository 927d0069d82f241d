import { dataOf, type Message } from 'seckill-client/public'
import { type Polled, usePolled } from '../../live/use-polled.js'
import type { Language } from '../../ui/language.js'
import { api } from '../api.js'

interface Messages {
  readonly unread: number
  readonly messages: readonly Message[]
}

export interface Inbox extends Polled<Messages> {
  readonly markRead: () => Promise<void>
}

/** The user's newest messages. */
export function useInbox(language: Language, userId: number | undefined): Inbox {
  const read = async (): Promise<Messages> =>
    userId === undefined ? { unread: 0, messages: [] } : dataOf(api[language].GET('/api/v1/inbox'))
  const polled = usePolled(`${userId} ${language}`, read, () => 5_000)
  return {
    ...polled,
    async markRead() {
      const ids = polled.value?.messages.filter(({ isRead }) => !isRead).map(({ id }) => id) ?? []
      if (ids.length > 0) await dataOf(api[language].POST('/api/v1/inbox/read', { body: { ids } }))
      await polled.refresh()
    },
  }
}
