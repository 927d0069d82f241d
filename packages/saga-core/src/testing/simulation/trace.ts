/** Who takes part in a simulated run. */
export type Participant = 'caller' | 'workflow' | 'activities'

/** One line of what happened, in order. */
export type TraceLine =
  | {
      readonly kind: 'message'
      readonly from: Participant
      readonly to: Participant
      readonly text: string
      /** It never arrived. */
      readonly lost: boolean
    }
  | { readonly kind: 'note'; readonly over: Participant; readonly text: string }

/** Writes down what happens. */
export interface Trace {
  readonly lines: readonly TraceLine[]
  message(from: Participant, to: Participant, text: string, lost?: boolean): void
  note(over: Participant, text: string): void
}

/** Makes an empty trace. */
export function newTrace(): Trace {
  const lines: TraceLine[] = []
  return {
    lines,
    message: (from, to, text, lost = false) => {
      lines.push({ kind: 'message', from, to, text, lost })
    },
    note: (over, text) => {
      lines.push({ kind: 'note', over, text })
    },
  }
}

/** A trace as a Mermaid sequence diagram. */
export function toSequence(lines: readonly TraceLine[]): string {
  const body = lines.map((line) => {
    if (line.kind === 'note') return `  Note over ${line.over}: ${plain(line.text)}`
    const arrow = line.lost ? '-x' : line.from === 'activities' ? '-->>' : '->>'
    return `  ${line.from}${arrow}${line.to}: ${plain(line.text)}`
  })
  return [
    'sequenceDiagram',
    '  participant caller',
    '  participant workflow',
    '  participant activities',
    ...body,
  ].join('\n')
}

/** Mermaid ends a message at a semicolon and reads a number sign as an entity. */
const plain = (text: string): string => text.replaceAll(';', ',').replaceAll('#', 'no. ').replaceAll('\n', ' ')
