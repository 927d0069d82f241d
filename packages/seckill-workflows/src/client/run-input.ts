import type { Client } from '@temporalio/client'
import type { LoadedDataConverter } from '@temporalio/common'
import { type Columns, fromColumns } from 'saga-core'
import type { Purchase } from '../contract/purchase.js'

/** One execution of a purchase run. */
export interface StartedRun {
  readonly workflowId: string
  readonly runId: string
}

/** The lanes a run was started with, decoded from the first event of its history. */
export async function readRunLanes(client: Client, run: StartedRun): Promise<readonly Purchase[]> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: run,
    maximumPageSize: 1,
  })
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]
  if (!payload) throw new Error(`The history of ${run.workflowId} does not begin with a start that has an input.`)
  return fromColumns(await decode(client.options.loadedDataConverter, payload))
}

type Payload = Parameters<LoadedDataConverter['payloadConverter']['fromPayload']>[0]

async function decode(converter: LoadedDataConverter, payload: Payload): Promise<Columns<Purchase>> {
  let payloads = [payload]
  for (const codec of converter.payloadCodecs.toReversed()) payloads = await codec.decode(payloads)
  return converter.payloadConverter.fromPayload(payloads[0] ?? payload)
}
