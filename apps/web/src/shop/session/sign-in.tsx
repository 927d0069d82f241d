import { useEffect, useRef } from 'preact/hooks'
import { useShop } from '../shop-context.js'

/** The users to pick from, as a dialog. */
export function SignIn({ onClose }: { readonly onClose: () => void }) {
  const { texts, session } = useShop()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const pick = async (userId: number): Promise<void> => {
    await session.signIn(userId)
    dialog.current?.close()
  }
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="sign-in">
      <h2 id="sign-in">{texts.signInTitle}</h2>
      <p>{session.users.length > 0 ? texts.signInNote : texts.signInClosed}</p>
      <ul class="users">
        {session.users.map(({ userId, name }) => (
          <li key={userId}>
            <button type="button" onClick={() => void pick(userId)}>
              {name}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => dialog.current?.close()}>
        {texts.close}
      </button>
    </dialog>
  )
}
