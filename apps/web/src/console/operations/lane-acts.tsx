import { dataOf, type OperatedLanes } from 'seckill-client/admin'
import { type Act, ActButton } from '../frame/act.js'
import { api, changeHeaders } from '../frame/api.js'

/** The verbs of parked lanes, each with what it does. */
const laneVerbs = {
  retry: 'Lets it go on at the step or the compensation where it stopped.',
  skip: 'Leaves out the compensation where it stopped.',
  resolve: 'Takes the step or the compensation where it stopped as done by hand.',
  compensate: 'Rolls it back, where it stopped at a step before the pivot.',
  abandon: 'Ends it. The compensations that it owes stay owed.',
} as const
export type LaneVerb = keyof typeof laneVerbs
export const verbNames = Object.keys(laneVerbs) as readonly LaneVerb[]

const aborting = 'Rolls it back, while it has not passed its pivot.'

function operatedText({ verb, lanes, declined, failed }: OperatedLanes): string {
  const said = `${verb}: ${lanes} ${lanes === 1 ? 'lane' : 'lanes'} took it.`
  const noes = declined.map(({ lane, reason }) => ` ${lane ?? 'A run'} declined it: ${reason}.`)
  const silent = failed.map(({ workflowId, message }) => ` ${workflowId} did not answer: ${message}`)
  return [said, ...noes, ...silent].join('')
}

function labelOf(verb: string): string {
  return verb.charAt(0).toUpperCase() + verb.slice(1)
}

/** The act of a verb for one lane. */
function laneAct(
  verb: LaneVerb | 'abort',
  what: string,
  { workflowId, lane }: { readonly workflowId: string; readonly lane: string },
): Act {
  return {
    verb: labelOf(verb),
    what: `${lane}: ${what}`,
    make: async (reason, { operationId }) => {
      const params = { path: { workflowId, verb }, header: changeHeaders({ operationId }) }
      const body = { reason, lanes: [lane] }
      return operatedText(await dataOf(api.POST('/admin/v1/parked/runs/{workflowId}/{verb}', { params, body })))
    },
  }
}

/** The act of a verb for every parked lane of a workflow. */
export function bulkAct(verb: LaneVerb, workflow: 'purchase' | 'refund', lanes: number): Act {
  return {
    verb: labelOf(verb),
    what: `All ${lanes} parked lanes of ${workflow} runs. ${laneVerbs[verb]}`,
    make: async (reason, { operationId }) => {
      const params = { path: { workflow, verb }, header: changeHeaders({ operationId }) }
      const body = { reason }
      return operatedText(await dataOf(api.POST('/admin/v1/parked/all/{workflow}/{verb}', { params, body })))
    },
  }
}

interface LaneActsProps {
  readonly workflowId: string
  readonly lane: string
  readonly isParked: boolean
}

/** The buttons of one lane's verbs; a lane that is not parked can only be aborted. */
export function LaneActs({ isParked, ...target }: LaneActsProps) {
  if (!isParked)
    return (
      <p class="buttons">
        <ActButton label="Abort" act={laneAct('abort', aborting, target)} />
      </p>
    )
  return (
    <p class="buttons">
      {verbNames.map((verb) => (
        <ActButton
          key={verb}
          label={labelOf(verb)}
          act={laneAct(verb, laneVerbs[verb], target)}
          isMain={verb === 'retry'}
        />
      ))}
    </p>
  )
}
