import { useState } from 'preact/hooks'
import { type AuditEntry, dataOf } from 'seckill-client/admin'
import { api } from '../frame/api.js'
import { Loaded, Older, Sheet, Table } from '../frame/parts.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'
import { changeText } from './change-text.js'

interface Filter {
  readonly subject: string
  readonly actor: string
  readonly before: number | null
}

function queryOf({ subject, actor, before }: Filter) {
  return {
    ...(subject !== '' && { subject }),
    ...(actor !== '' && { actor }),
    ...(before !== null && { before }),
  }
}

/** Who changed what, and why; newest first. */
export function AuditPage({ subject }: { readonly subject: string | undefined }) {
  const [filter, setFilter] = useState<Filter>({ subject: subject ?? '', actor: '', before: null })
  const shown = useData(`audit ${JSON.stringify(filter)}`, () =>
    dataOf(api.GET('/admin/v1/audit', { params: { query: queryOf(filter) } })),
  )
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
            <Older next={next} show={(before) => setFilter({ ...filter, before })} />
          </>
        )}
      </Loaded>
    </Sheet>
  )
}

function cellsOf({ at, actor, action, subject, reason, before, after }: AuditEntry) {
  return [timeText(at), actor, action, subject, reason ?? '', changeText(before, after)]
}
