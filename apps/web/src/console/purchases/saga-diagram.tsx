import type { PathStep } from 'seckill-client/admin'

const words: Readonly<Record<string, string>> = {
  ahead: 'not yet',
  done: 'done',
  perhaps: 'may be done',
  running: 'running',
  waiting: 'waiting',
  refused: 'refused',
  failed: 'failed',
  compensated: 'undone',
  owed: 'to be undone',
  stuck: 'stuck',
  settled: 'settled by hand',
  unused: 'not needed so far',
}

const kinds: Readonly<Record<PathStep['kind'], string>> = {
  adopted: 'made by the gate',
  compensatable: 'can be undone',
  pivot: 'go or no-go',
  retriable: 'tried until done',
}

/** A name that may be broken between its words, as `release·User·Claim`. */
function broken(name: string) {
  return name.split(/(?=[A-Z])/).flatMap((word, at) => (at === 0 ? [word] : [<wbr key={at} />, word]))
}

/** A saga as a diagram: its steps from left to right, and under each step its compensation, with the state of one lane. */
export function SagaDiagram({ steps }: { readonly steps: readonly PathStep[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is reached by keyboard
    <section class="saga" aria-label="The way through the saga" tabIndex={0}>
      <ol>
        {steps.map(({ step, kind, state, note, compensation }) => (
          <li key={step}>
            <div class={`node ${state} ${kind}`}>
              <strong>{broken(step)}</strong>
              <span>{kinds[kind]}</span>
              <em>{words[state] ?? state}</em>
              {note !== undefined && <code dir="auto">{note}</code>}
            </div>
            {compensation !== undefined && (
              <div class={`node undo ${compensation.state}`}>
                <strong>{broken(compensation.activity)}</strong>
                <em>{words[compensation.state] ?? compensation.state}</em>
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}
