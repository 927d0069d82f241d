import { useEffect } from 'preact/hooks'
import { type Difference, dataOf, type ReconcileReport, type Repair } from 'seckill-client/admin'
import { type Act, ActButton } from '../frame/act.js'
import { api } from '../frame/api.js'
import { Loaded, Panel, Sheet, State, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { useData } from '../frame/use-data.js'

const whats = {
  compare: 'Compares gate, MySQL, Temporal and the payment provider, and changes nothing.',
  repair:
    'Compares gate, MySQL, Temporal and the payment provider, and repairs what is safe to repair. Each repair is in the audit.',
} as const

function reconciling(verb: keyof typeof whats): Act {
  return {
    verb: verb === 'repair' ? 'Repair' : 'Compare',
    what: `${whats[verb]} A difference counts when two readings agree on it.`,
    fields: (
      <label>
        Seconds between the two readings
        <input type="number" name="graceSeconds" required min="0.1" max="600" step="0.1" defaultValue={10} />
      </label>
    ),
    make: async (reason, { form }) => {
      const graceMs = Math.round(Number(form.get('graceSeconds')) * 1_000)
      const body = { fix: verb === 'repair', graceMs, reason }
      const { reconciliationId } = await dataOf(api.POST('/admin/v1/reconciliations', { body }))
      location.hash = hrefOf('reconcile', reconciliationId)
      return 'The reconciliation is started.'
    },
  }
}

/** Comparisons of the ledgers, and the report of the one in the address. */
export function ReconcilePage({ reconciliationId }: { readonly reconciliationId: string | undefined }) {
  return (
    <Sheet title="Reconcile">
      <p>Workers compare the ledgers by themselves, again and again. Here it is done now, with its report.</p>
      <p class="buttons">
        <ActButton label="Compare" act={reconciling('compare')} isMain />
        <ActButton label="Compare and repair" act={reconciling('repair')} />
        <a href={hrefOf('audit')}>Repairs in the audit</a>
      </p>
      {reconciliationId !== undefined && <Reconciliation id={reconciliationId} />}
    </Sheet>
  )
}

const lookAgainMs = 1_000

function Reconciliation({ id }: { readonly id: string }) {
  const params = { path: { reconciliationId: id } }
  const shown = useData(`reconciliation ${id}`, () =>
    dataOf(api.GET('/admin/v1/reconciliations/{reconciliationId}', { params })),
  )
  const { data, reload } = shown
  const isRunning = data?.status === 'RUNNING'
  useEffect(() => {
    if (!isRunning) return
    const looking = setTimeout(reload, lookAgainMs)
    return () => clearTimeout(looking)
  }, [data])
  return (
    <Loaded shown={shown}>
      {({ status, report }) => (
        <Panel title="Report">
          <p class="id">{id}</p>
          {isRunning && <p role="status">It is comparing…</p>}
          {!isRunning && report === null && <p role="alert">It has ended without a report: {status.toLowerCase()}.</p>}
          {report !== null && <Report report={report} />}
        </Panel>
      )}
    </Loaded>
  )
}

function Report({ report }: { readonly report: ReconcileReport }) {
  const { found, repaired, failed, areas, left } = report
  const isWhole = failed.length === 0
  return (
    <>
      <p class={`verdict ${found.length === 0 && isWhole ? 'good' : 'bad'}`}>{verdictOf(report)}</p>
      {left > 0 && <p>{left} further differences are named by a later reconciliation.</p>}
      {found.length > 0 && (
        <Table
          label="Differences"
          heads={['Sale', 'Difference', 'Harm', 'Of', 'Seen']}
          none="None."
          rows={found.map((one) => ({ key: `${one.area} ${one.kind} ${one.subject}`, cells: differenceCells(one) }))}
        />
      )}
      {repaired.length > 0 && (
        <Table
          label="Repairs"
          heads={['Sale', 'Difference', 'Of', 'Outcome', 'What was done']}
          none="None."
          rows={repaired.map((one) => ({ key: `${one.area} ${one.kind} ${one.subject}`, cells: repairCells(one) }))}
        />
      )}
      {!isWhole && (
        <Table
          label="What could not be compared"
          heads={['Sale', 'Problem']}
          none="None."
          rows={failed.map(({ area, problem }) => ({ key: String(area), cells: [area, problem] }))}
        />
      )}
      <p class="note">{areas} areas were compared: each sale, and all payments.</p>
    </>
  )
}

function verdictOf({ found, failed, fix }: ReconcileReport): string {
  if (failed.length > 0) return 'Not everything could be compared.'
  if (found.length === 0) return 'The ledgers agree.'
  const differ = found.length === 1 ? 'The ledgers differ in one point' : `The ledgers differ in ${found.length} points`
  return fix ? `${differ}; what is safe was repaired.` : `${differ}; nothing was changed.`
}

function differenceCells({ area, kind, harm, subject, detail }: Difference) {
  return [area, kind, harm, subject, detail]
}

function repairCells({ area, kind, subject, outcome, detail }: Repair) {
  return [area, kind, subject, <State key="outcome" state={outcome} />, detail]
}
