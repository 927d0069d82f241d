import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import { newOperationId } from './api.js'
import { sentenceOfFault } from './fault.js'
import { useSession } from './session.js'

/** An act of an operator: what it is, what it does, and the call that makes it with a reason. */
export interface Act {
  /** The verb on the button. */
  readonly verb: string
  /** A sentence that says what will happen, to what. */
  readonly what: string
  /** Further fields of the form. */
  readonly fields?: ComponentChildren
  /** The sentence after it is done. */
  readonly make: (reason: string, order: { readonly operationId: string; readonly form: FormData }) => Promise<string>
}

type Ask = (act: Act) => void

const AskContext = createContext<Ask>(() => {})

/** Asks the operator before an act, and makes it with his reason. */
function useAct(): Ask {
  return useContext(AskContext)
}

interface ActingProps {
  /** The address of the page; what was said on another one is over. */
  readonly place: string
  readonly onDone: () => void
  readonly children: ComponentChildren
}

/** The place of the question; everything inside it can ask. */
export function Acting({ place, onDone, children }: ActingProps) {
  const [act, setAct] = useState<Act>()
  const [said, setSaid] = useState<string>()
  useEffect(() => setSaid(undefined), [place])
  return (
    <AskContext.Provider value={setAct}>
      {children}
      <p class="said" role="status">
        {said}
      </p>
      {act !== undefined && (
        <Question
          act={act}
          onEnd={(sentence) => {
            setAct(undefined)
            if (sentence === undefined) return
            setSaid(sentence)
            onDone()
          }}
        />
      )}
    </AskContext.Provider>
  )
}

interface QuestionProps {
  readonly act: Act
  /** With a sentence when the act was made. */
  readonly onEnd: (sentence?: string) => void
}

function Question({ act, onEnd }: QuestionProps) {
  const { userId, role } = useSession()
  const dialog = useRef<HTMLDialogElement>(null)
  const [operationId] = useState(newOperationId)
  const [fault, setFault] = useState<string>()
  const [isBusy, setIsBusy] = useState(false)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => before instanceof HTMLElement && before.focus()
  }, [])
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    setIsBusy(true)
    setFault(undefined)
    try {
      onEnd(await act.make(String(form.get('reason')).trim(), { operationId, form }))
    } catch (error) {
      setFault(sentenceOfFault(error))
      setIsBusy(false)
    }
  }
  return (
    <dialog ref={dialog} class="question" aria-labelledby="question-title" onClose={() => onEnd()}>
      <form onSubmit={submit}>
        <h2 id="question-title" dir="auto">
          {act.verb}?
        </h2>
        <p dir="auto">{act.what}</p>
        {act.fields}
        <label>
          Reason
          <textarea name="reason" required maxLength={250} rows={2} />
        </label>
        <p class="note">
          The audit keeps it beside your name: user {userId}, {role}.
        </p>
        {fault !== undefined && <p role="alert">{fault}</p>}
        <p class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class="main" disabled={isBusy}>
            {isBusy ? 'Working…' : act.verb}
          </button>
        </p>
      </form>
    </dialog>
  )
}

/** A button that asks before its act; a viewer sees it disabled. */
export function ActButton({
  label,
  act,
  isMain = false,
}: {
  readonly label: string
  readonly act: Act
  readonly isMain?: boolean
}) {
  const ask = useAct()
  const { role } = useSession()
  const why = role === 'viewer' ? 'A viewer reads only.' : undefined
  return (
    <button
      type="button"
      class={isMain ? 'main' : undefined}
      disabled={role === 'viewer'}
      title={why}
      onClick={() => ask(act)}
    >
      {label}
    </button>
  )
}
