import type { ComponentChildren } from 'preact'
import { dataOf, type Hold, type Lane, type PurchasePath, type PurchaseRow } from 'seckill-client/admin'
import { api } from '../frame/api.js'
import { Facts, Loaded, Panel, Sheet, State } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'
import { LaneActs } from '../operations/lane-acts.js'
import { SagaDiagram } from './saga-diagram.js'

/** One purchase, as MySQL, the gate and Temporal have it. */
export function PurchasePage({ traceId }: { readonly traceId: string }) {
  const shown = useData(`purchase ${traceId}`, () =>
    dataOf(api.GET('/admin/v1/purchases/{traceId}', { params: { path: { traceId } } })),
  )
  return (
    <Sheet title="Purchase">
      <p class="id">{traceId}</p>
      <p class="buttons">
        <button type="button" onClick={shown.reload}>
          Read again
        </button>
        <a href={hrefOf('purchases')}>Search</a>
      </p>
      <Loaded shown={shown}>{(path) => <Path path={path} />}</Loaded>
    </Sheet>
  )
}

function Path({ path }: { readonly path: PurchasePath }) {
  const { purchase, hold, run, lane, silent, steps, links } = path
  return (
    <>
      <Panel title="Way through the saga">
        {lane === null ? <p class="note">{silent}</p> : <LaneLine lane={lane} />}
        {links.run !== null && (
          <p class="buttons">
            <a href={links.run} target="_blank" rel="noreferrer">
              Open in Temporal
            </a>
          </p>
        )}
        <SagaDiagram steps={steps} />
        {run !== null && lane !== null && lane.outcome === undefined && (
          <LaneActs workflowId={run.workflowId} lane={path.traceId} isParked={lane.parked !== undefined} />
        )}
      </Panel>
      <div class="plots">
        <Panel title="In MySQL">
          {purchase === null ? <p class="note">No run has taken it yet.</p> : <Facts facts={purchaseFacts(purchase)} />}
        </Panel>
        <Panel title="At the gate">
          {hold === null ? <p class="note">The gate does not know it.</p> : <Facts facts={holdFacts(hold)} />}
        </Panel>
        <Panel title="In Temporal">
          {run === null ? <p class="note">{silent}</p> : <Facts facts={runFacts(run)} />}
        </Panel>
      </div>
    </>
  )
}

type FactList = readonly (readonly [string, ComponentChildren])[]

function purchaseFacts(purchase: PurchaseRow): FactList {
  const { voucherId, userId, units, state, reason, admittedAt, endedAt, order } = purchase
  return [
    ['State', <State key="state" state={state} />],
    ...(reason === null ? [] : [['Reason', reason] as const]),
    ['User', userId],
    ['Campaign', <a key="link" href={hrefOf('campaigns', voucherId)}>{`voucher ${voucherId}`}</a>],
    ['Units', units],
    ['Admitted', timeText(admittedAt)],
    ['Ended', timeText(endedAt)],
    ...(order === null ? [['Order', 'none'] as const] : orderFacts(order)),
  ]
}

function orderFacts({ id, state, payBefore }: NonNullable<PurchaseRow['order']>): FactList {
  return [
    [
      'Order',
      <a key="link" href={hrefOf('payments', id)}>
        {id}
      </a>,
    ],
    ['Order state', <State key="state" state={state} />],
    ['To be paid before', timeText(payBefore)],
  ]
}

function holdFacts({ state, reason, seq, quantity, admittedAt, userId }: Hold): FactList {
  return [
    ['Hold', <State key="state" state={state} />],
    ...(reason === null ? [] : [['Reason', reason] as const]),
    ['Number', seq],
    ['User', userId],
    ['Units', quantity],
    ['Admitted', timeText(admittedAt)],
  ]
}

function runFacts({ workflowId, status, startedAt, closedAt }: NonNullable<PurchasePath['run']>): FactList {
  return [
    ['Run', workflowId],
    ['Status', status.toLowerCase()],
    ['Started', timeText(startedAt)],
    ['Closed', timeText(closedAt)],
  ]
}

function LaneLine({ lane }: { readonly lane: Lane }) {
  return <p dir="auto">{laneText(lane)}</p>
}

/** The state of a lane as a sentence. */
function laneText({ status, at, outcome, cause, parked, retrying, pending, since }: Lane): string {
  const why =
    cause === undefined
      ? ''
      : ` It rolls back, because of ${cause.code}${cause.step === undefined ? '' : ` at ${cause.step}`}.`
  if (outcome !== undefined)
    return `It has ended: ${outcome}.${cause === undefined ? '' : ` The cause is ${cause.code}${cause.step === undefined ? '' : ` at ${cause.step}`}.`}`
  if (parked !== undefined) {
    const where = parked.phase === 'compensation' ? `the compensation of ${parked.step}` : parked.step
    return `It is parked at ${where} since ${timeText(since)}: ${parked.code}, ${parked.message}. It waits for an operator.${why}`
  }
  const attempt =
    retrying === undefined ? '' : ` Attempt ${retrying.attempt} of ${retrying.step}, since ${timeText(retrying.since)}.`
  const last = pending === undefined ? '' : ` The last answer was ${pending.code}: ${pending.message}.`
  return `It is ${status} at ${at}.${attempt}${last}${why}`
}
