import { useState } from 'preact/hooks'
import { Loaded, Sheet, Table } from '../frame/parts.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'

interface AuditEntry {
  readonly id: number
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly reason: string | null
  readonly before: unknown
  readonly after: unknown
}

interface Filter {
  readonly subject: string
  readonly actor: string
  readonly before: number | null
}

function pathOf({ subject, actor, before }: Filter): string {
  const query = new URLSearchParams()
  if (subject !== '') query.set('subject', subject)
  if (actor !== '') query.set('actor', actor)
  if (before !== null) query.set('before', String(before))
  return `/audit?${query}`
}

/** Who changed what, and why; newest first. */
export function AuditPage({ subject }: { readonly subject: string | undefined }) {
  const [filter, setFilter] = useState<Filter>({ subject: subject ?? '', actor: '', before: null })
  const shown = useData<{ readonly entries: readonly AuditEntry[]; readonly next: number | null }>(pathOf(filter))
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => String(form.get(name)).trim()
    setFilter({ subject: text('subject'), actor: text('actor'), before: null })
  }
  return (
    <Sheet title="Audit">
      <form class="fields search" onSubmit={search}>
        <label>
          Subject, like campaign:7
          <input name="subject" defaultValue={filter.subject} spellcheck={false} />
        </label>
        <label>
          Actor, like user:1
          <input name="actor" spellcheck={false} />
        </label>
        <button type="submit" class="main">
          Show
        </button>
      </form>
      <Loaded shown={shown}>
        {({ entries, next }) => (
          <>
            <Table
              label="Changes"
              heads={['When', 'Who', 'What', 'Subject', 'Why', 'Change']}
              none="No change is recorded for that."
              rows={entries.map((entry) => ({ key: String(entry.id), cells: cellsOf(entry) }))}
            />
            {next !== null && (
              <p class="buttons">
                <button type="button" onClick={() => setFilter({ ...filter, before: next })}>
                  Older
                </button>
              </p>
            )}
          </>
        )}
      </Loaded>
    </Sheet>
  )
}

function cellsOf({ at, actor, action, subject, reason, before, after }: AuditEntry) {
  return [timeText(at), actor, action, subject, reason ?? '', changeText(before, after)]
}

/** The fields that a change gave another value. */
export function changeText(before: unknown, after: unknown): string {
  const [old, fresh] = [fieldsOf(before), fieldsOf(after)]
  return Object.keys(fresh)
    .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(fresh[name]))
    .map((name) => `${name}: ${name in old ? `${JSON.stringify(old[name])} → ` : ''}${JSON.stringify(fresh[name])}`)
    .join(', ')
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
