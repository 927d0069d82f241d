import { useState } from 'preact/hooks'
import { dataOf } from 'seckill-client/admin'
import { api } from './api.js'
import { sentenceOfFault } from './fault.js'
import type { SessionState } from './session.js'

interface SignInProps {
  readonly local: boolean
  readonly onSignedIn: (state: SessionState) => void
}

/** Asks who is there: in local mode a role with one click, elsewhere a token of the issuer. */
export function SignIn({ local, onSignedIn }: SignInProps) {
  const [fault, setFault] = useState<string>()
  const enter = (body: { readonly token: string } | { readonly role: 'operator' | 'viewer' }) => {
    dataOf(api.POST('/admin/v1/session', { body })).then(onSignedIn, (error: unknown) =>
      setFault(sentenceOfFault(error)),
    )
  }
  return (
    <main class="sign-in">
      <h1>Sign in to the console</h1>
      {local && (
        <section class="card" aria-labelledby="local-title">
          <h2 id="local-title">This sale runs on your own machine</h2>
          <p>Pick a role. An operator can change the sale, a viewer only looks.</p>
          <p class="buttons">
            <button type="button" class="main" onClick={() => enter({ role: 'operator' })}>
              Enter as operator
            </button>
            <button type="button" onClick={() => enter({ role: 'viewer' })}>
              Enter as viewer
            </button>
          </p>
        </section>
      )}
      <section class="card" aria-labelledby="token-title">
        <h2 id="token-title">With a token</h2>
        <form
          class="fields"
          onSubmit={(event) => {
            event.preventDefault()
            enter({ token: String(new FormData(event.currentTarget).get('token')).trim() })
          }}
        >
          <label>
            Token of an operator or a viewer
            <input name="token" type="password" required autocomplete="off" spellcheck={false} />
          </label>
          <p class="note">For a local sale: ./seckill token --user 1 --role operator</p>
          <p class="buttons">
            <button type="submit">Sign in</button>
          </p>
        </form>
      </section>
      {fault !== undefined && <p role="alert">{fault}</p>}
    </main>
  )
}
