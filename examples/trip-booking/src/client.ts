import { Client, Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { sagaMessageSignal } from 'saga-core/workflow'
import type { bookTrip } from './workflows.js'

const [verb, id = '', word = ''] = process.argv.slice(2)
const connection = await Connection.connect(loadClientConnectConfig().connectionOptions)
const { workflow } = new Client({ connection })
const handle = workflow.getHandle<typeof bookTrip>(`trip-${id}`)

switch (verb) {
  case 'book':
    await workflow.start<typeof bookTrip>('bookTrip', {
      taskQueue: 'trip-booking',
      workflowId: `trip-${id}`,
      args: [{ id, city: word, approveBy: Date.now() + 86_400_000 }],
    })
    break
  case 'approve':
    await handle.signal(sagaMessageSignal, { wait: 'approval', lanes: { [id]: { value: { by: word } } } })
    break
  case 'reject':
    await handle.signal(sagaMessageSignal, { wait: 'approval', lanes: { [id]: { refuse: 'NOT_APPROVED' } } })
    break
  case 'cancel':
    await handle.cancel()
    break
  case 'result':
    console.log(JSON.stringify(await handle.result(), undefined, 2))
    break
  default:
    console.error('book <id> <city> | approve <id> <who> | reject <id> | cancel <id> | result <id>')
    process.exitCode = 1
}
await connection.close()
