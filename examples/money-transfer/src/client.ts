import { Client, Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { taskQueue } from './server.js'
import type { transfer } from './workflows.js'

const [id = '1', euros = '25'] = process.argv.slice(2)
const connection = await Connection.connect(loadClientConnectConfig().connectionOptions)
// The same id again is the same transfer: it is not made twice.
const end = await new Client({ connection }).workflow.execute<typeof transfer>('transfer', {
  taskQueue,
  workflowId: `transfer-${id}`,
  workflowIdReusePolicy: 'REJECT_DUPLICATE',
  args: [
    { id, from: { bank: 'north', number: 'ann' }, to: { bank: 'south', number: 'bob' }, cents: Number(euros) * 100 },
  ],
})
console.log(end.outcome === 'completed' ? `${euros}.00 went from ann to bob` : `${end.outcome}: ${end.cause?.code}`)
await connection.close()
