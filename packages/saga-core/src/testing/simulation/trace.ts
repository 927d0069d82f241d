/** A participant of a simulated run's diagram. */
type Participant = 'caller' | 'workflow' | 'activities'

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

/** The lines of what happens, in order. */
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

/** The numbers of lines that a diagram shows of a longer trace: from its beginning, and from its end. */
const [linesAtFirst, linesAtLast] = [100, 200]

/** A trace as a Mermaid sequence diagram; a long one has its middle left out. */
export function toSequence(lines: readonly TraceLine[]): string {
  const body = withoutMiddle(lines).map((line) => {
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

function withoutMiddle(lines: readonly TraceLine[]): readonly TraceLine[] {
  const more = lines.length - linesAtFirst - linesAtLast
  if (more <= 0) return lines
  const gap: TraceLine = { kind: 'note', over: 'workflow', text: `${more} lines are left out` }
  return [...lines.slice(0, linesAtFirst), gap, ...lines.slice(-linesAtLast)]
}

/** Mermaid ends a message at a semicolon and reads a number sign as an entity. */
function plain(text: string): string {
  return text.replaceAll(';', ',').replaceAll('#', 'no. ').replaceAll('\n', ' ')
}
