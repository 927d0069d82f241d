import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { ConsoleSession } from 'seckill-client/admin'

export type Session = ConsoleSession

/** Who is signed in, if anyone; `local`: a role can be had with one click; `signInPath`: begins a sign-in at the issuer. */
export interface SessionState {
  readonly session: Session | null
  readonly local: boolean
  readonly signInPath: string | null
}

export const SessionContext = createContext<Session | null>(null)

/** Who is signed in on this page. @throws Error outside of it */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('This part is only shown to who is signed in.')
  return session
}
