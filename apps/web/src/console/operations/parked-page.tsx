import { dataOf, type Parked, type ParkedLane } from 'seckill-client/admin'
import { moneyText } from '../../ui/format.js'
import { type Act, ActButton } from '../frame/act.js'
import { api } from '../frame/api.js'
import { Loaded, Panel, Sheet, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'
import { bulkAct, LaneActs, verbNames } from './lane-acts.js'

/** Everything that waits for an operator, with its verbs. */
export function ParkedPage() {
  const shown = useData('parked', () => dataOf(api.GET('/admin/v1/parked')))
  return (
    <Sheet title="Parked">
      <p class="buttons">
        <button type="button" disabled={shown.isLoading} onClick={shown.reload}>
          Read again
        </button>
      </p>
      <Loaded shown={shown}>
        {(parked) => (
          <>
            {waiting(parked) === 0 && <p>Nothing waits for an operator.</p>}
            <Bulk parked={parked} />
            {parked.lanes.map((lane) => (
              <LaneCard key={`${lane.workflowId} ${lane.lane}`} lane={lane} parked={parked} />
            ))}
            {parked.silent.map(({ workflowId, message }) => (
              <Panel key={workflowId} title={workflowId}>
                <p>This run does not answer: {message}. A worker has to run.</p>
              </Panel>
            ))}
            {parked.putAside.length > 0 && <PutAside parked={parked} />}
          </>
        )}
      </Loaded>
    </Sheet>
  )
}

function waiting({ lanes, silent, putAside }: Parked): number {
  return lanes.length + silent.length + putAside.length
}

function Bulk({ parked }: { readonly parked: Parked }) {
  const workflows = (['purchase', 'refund'] as const).map((workflow) => {
    const own = (workflowId: string) => workflowId.startsWith(`${workflow}-`)
    const unlisted = Object.entries(parked.unlisted).filter(([workflowId]) => own(workflowId))
    const listed = parked.lanes.filter(({ workflowId }) => own(workflowId)).length
    return { workflow, lanes: unlisted.reduce((sum, [, count]) => sum + count, listed) }
  })
  return (
    <>
      {workflows
        .filter(({ lanes }) => lanes > 1)
        .map(({ workflow, lanes }) => (
          <Panel key={workflow} title={`All ${lanes} parked lanes of ${workflow} runs`}>
            <p class="buttons">
              {verbNames.map((verb) => (
                <ActButton key={verb} label={`${verb} all`} act={bulkAct(verb, workflow, lanes)} />
              ))}
            </p>
          </Panel>
        ))}
    </>
  )
}

function LaneCard({ lane: parkedLane, parked }: { readonly lane: ParkedLane; readonly parked: Parked }) {
  const { workflowId, lane, step, phase, since, code, message } = parkedLane
  const refund = parked.refunds.find(({ refundId }) => refundId === lane)
  const link = parked.links[workflowId]
  const where = phase === 'compensation' ? `the compensation of ${step}` : step
  return (
    <Panel title={lane}>
      <p dir="auto">
        It stopped at {where} on {timeText(since)}: <strong>{code}</strong> {message}
      </p>
      {refund !== undefined && (
        <p dir="auto">
          {moneyText(refund.amountMinor, refund.currency, 'en')} of the order {refund.orderId}, attempt {refund.attempt}
          , requested because: {refund.reason}
        </p>
      )}
      <LaneActs workflowId={workflowId} lane={lane} isParked />
      <p class="buttons">
        {refund === undefined && <a href={hrefOf('purchases', lane)}>The way of this purchase</a>}
        {link != null && (
          <a href={link} target="_blank" rel="noreferrer">
            Its run in Temporal
          </a>
        )}
      </p>
    </Panel>
  )
}

const takingUp: Act = {
  verb: 'Start again',
  what: 'Lets every purchase that was put aside start again.',
  make: async (reason) => {
    const { purchases } = await dataOf(api.POST('/admin/v1/parked/take-up', { body: { reason } }))
    return `${purchases} purchases will be started again.`
  },
}

function PutAside({ parked: { putAside } }: { readonly parked: Parked }) {
  return (
    <Panel title="Put aside, since Temporal refuses them">
      <Table
        label="Purchases that were put aside"
        heads={['Trace id', 'User', 'Admitted']}
        none="None."
        rows={putAside.map(({ traceId, userId, admittedAt }) => ({
          key: traceId,
          cells: [traceId, userId, timeText(admittedAt)],
        }))}
      />
      <p class="buttons">
        <ActButton label="Start again" act={takingUp} />
      </p>
    </Panel>
  )
}
