import { ask } from '../../api/ask.js'
import { usePolled } from '../../live/use-polled.js'
import type { Language } from '../../ui/language.js'

interface User {
  readonly userId: number
  readonly name: string
}

/** Who is signed in; `user` is undefined until it is known, and null for nobody. */
export interface Session {
  readonly user: User | null | undefined
  /** The users to pick from in local mode; none elsewhere. */
  readonly users: readonly User[]
  readonly signIn: (userId: number) => Promise<void>
  readonly signOut: () => Promise<void>
  readonly refresh: () => Promise<void>
}

interface SessionAnswer {
  readonly user: User | null
  readonly users: readonly User[]
}

const path = '/api/v1/session'
const everyMs = 60_000

export function useSession(language: Language): Session {
  const { value, refresh } = usePolled(
    'session',
    () => ask<SessionAnswer>(path, language),
    (known) => (known === undefined ? 2_000 : everyMs),
  )
  return {
    user: value?.user,
    users: value?.users ?? [],
    refresh,
    async signIn(userId) {
      await ask(path, language, { method: 'POST', body: { userId } })
      await refresh()
    },
    async signOut() {
      await ask(path, language, { method: 'DELETE' })
      await refresh()
    },
  }
}
