import type { ComponentChildren } from 'preact'
import type { Shown } from './use-data.js'

/** A page with its heading; the heading takes the focus of a new page. */
export function Sheet({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="sheet">
      <h1 tabIndex={-1} dir="auto">
        {title}
      </h1>
      {children}
    </section>
  )
}

/** A part of a page with a heading of its own. */
export function Panel({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="card">
      <h2 dir="auto">{title}</h2>
      {children}
    </section>
  )
}

/** Shows what was read, why nothing newer was, or that it is on its way. */
export function Loaded<T>({
  shown,
  children,
}: {
  readonly shown: Shown<T>
  readonly children: (data: T) => ComponentChildren
}) {
  return (
    <>
      {shown.fault !== undefined && (
        <p role="alert">
          {shown.fault}{' '}
          <button type="button" onClick={shown.reload}>
            Try again
          </button>
        </p>
      )}
      {shown.data !== undefined && children(shown.data)}
      {shown.data === undefined && shown.fault === undefined && <p class="note">Reading…</p>}
    </>
  )
}

/** One row of a table: its key, and the text of each cell. */
interface Row {
  readonly key: string
  readonly cells: readonly ComponentChildren[]
}

interface TableProps {
  readonly label: string
  readonly heads: readonly string[]
  readonly rows: readonly Row[]
  /** The sentence where there is no row. */
  readonly none: string
}

/** The longest text that stays in one line of a table, in characters. */
const longestWord = 24

/** Reports whether a cell is a number or one word: it is not broken in its middle. */
function isWord(cell: ComponentChildren): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && cell.length <= longestWord && !cell.includes(' '))
}

/** A table that scrolls by itself where it is wider than the page. */
export function Table({ label, heads, rows, none }: TableProps) {
  if (rows.length === 0) return <p class="note">{none}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is reached by keyboard
    <section class="table" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, at) => (
                <td key={heads[at]} class={isWord(cell) ? 'word' : undefined} dir="auto">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The button to the page after this one of a list that has the newest first; nothing where this is the last. */
export function Older({ next, show }: { readonly next: number | null; readonly show: (before: number) => void }) {
  if (next === null) return null
  return (
    <p class="buttons">
      <button type="button" onClick={() => show(next)}>
        Older
      </button>
    </p>
  )
}

/** Names and values. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const good = ['OPEN', 'PAID', 'SENT', 'completed', 'done']
const bad = ['DEAD', 'REFUSED', 'stuck', 'failed', 'refused', 'parked']

/** The word of a state, with its colour. */
export function State({ state }: { readonly state: string }) {
  const mood = good.includes(state) ? 'good' : bad.includes(state) ? 'bad' : 'plain'
  return <span class={`state ${mood}`}>{state.replaceAll('_', ' ').toLowerCase()}</span>
}
