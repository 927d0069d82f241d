import { Client, Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { sagaMessageSignal } from 'saga-core/workflow'
import type { subscribe } from './workflows.js'

const [verb, id = '', word = ''] = process.argv.slice(2)
const connection = await Connection.connect(loadClientConnectConfig().connectionOptions)
const { workflow } = new Client({ connection })
const handle = workflow.getHandle<typeof subscribe>(`subscription-${id}`)

switch (verb) {
  case 'subscribe':
    await workflow.start<typeof subscribe>('subscribe', {
      taskQueue: 'subscription',
      workflowId: `subscription-${id}`,
      args: [{ id, email: word, plan: 'monthly', payWithinMs: 600_000 }],
    })
    break
  case 'pay':
    await handle.signal(sagaMessageSignal, { wait: 'card', lanes: { [id]: { value: { token: word } } } })
    break
  case 'result':
    console.log(JSON.stringify(await handle.result(), undefined, 2))
    break
  default:
    console.error('subscribe <id> <email> | pay <id> <card, or: declined> | result <id>')
    process.exitCode = 1
}
await connection.close()
