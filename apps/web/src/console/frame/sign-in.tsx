import { useState } from 'preact/hooks'
import { dataOf } from 'seckill-client/admin'
import { type FailedSignIn, takeFailedSignIn } from '../../ui/failed-sign-in.js'
import { api } from './api.js'
import { sentenceOfFault } from './fault.js'
import type { SessionState } from './session.js'

interface SignInProps extends Pick<SessionState, 'local' | 'signInPath'> {
  readonly onSignedIn: (state: SessionState) => void
}

const failures = {
  refused: 'The sign-in did not succeed. Try again.',
  unavailable: 'The identity provider does not answer. Try again in a moment.',
  unknown: 'Your account has no role here: ask for `operator` or `viewer`.',
} as const satisfies Record<FailedSignIn, string>

function failureOfAddress(): string | undefined {
  const reason = takeFailedSignIn()
  return reason && failures[reason]
}

/** Asks who is there: in local mode a role with one click, elsewhere a sign-in at the identity provider, or a token. */
export function SignIn({ local, signInPath, onSignedIn }: SignInProps) {
  const [fault, setFault] = useState(failureOfAddress)
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
      {signInPath !== null && (
        <section class="card" aria-labelledby="issuer-title">
          <h2 id="issuer-title">With your account</h2>
          <p>The identity provider of this sale signs you in, and knows your role.</p>
          <p class="buttons">
            <a class="main" href={signInPath}>
              Continue to sign in
            </a>
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
          {local && <p class="note">./seckill token --user 1 --role operator</p>}
          <p class="buttons">
            <button type="submit">Sign in</button>
          </p>
        </form>
      </section>
      {fault !== undefined && <p role="alert">{fault}</p>}
    </main>
  )
}
