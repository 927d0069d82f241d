import { dataOf, type SignedInUser } from 'seckill-client/public'
import { usePolled } from '../../live/use-polled.js'
import type { Language } from '../../ui/language.js'
import { api } from '../api.js'

/** Who is signed in; `user` is undefined until it is known, and null for nobody. */
export interface Session {
  readonly user: SignedInUser | null | undefined
  /** The users to pick from in local mode; none elsewhere. */
  readonly users: readonly SignedInUser[]
  /** The path that begins a sign-in elsewhere; null where there is none. */
  readonly signInPath: string | null
  readonly signIn: (userId: number) => Promise<void>
  readonly signOut: () => Promise<void>
  readonly refresh: () => Promise<void>
}

const path = '/api/v1/session'
const everyMs = 60_000

export function useSession(language: Language): Session {
  const { value, refresh } = usePolled(
    'session',
    () => dataOf(api[language].GET(path)),
    (known) => (known === undefined ? 2_000 : everyMs),
  )
  return {
    user: value?.user,
    users: value?.users ?? [],
    signInPath: value?.signInPath ?? null,
    refresh,
    async signIn(userId) {
      await dataOf(api[language].POST(path, { body: { userId } }))
      await refresh()
    },
    async signOut() {
      await dataOf(api[language].DELETE(path))
      await refresh()
    },
  }
}
