import { Client, Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { createSagaClient } from 'saga-core/client'
import { transferSaga } from './saga.js'
import { taskQueue } from './server.js'
import type { Transfer } from './transfer.js'

const [id = '1', amount = '25'] = process.argv.slice(2)
const input: Transfer = {
  id,
  from: { bank: 'north', number: 'ann' },
  to: { bank: 'south', number: 'bob' },
  cents: Number(amount) * 100,
}
const connection = await Connection.connect(loadClientConnectConfig().connectionOptions)
const sagas = createSagaClient(new Client({ connection }))
// The same id names the same transfer: a second start makes no second one and returns its result.
const end = await sagas.execute(transferSaga, { workflow: 'transfer', taskQueue, input })
console.log(end.outcome === 'completed' ? `${amount}.00 went from ann to bob` : `${end.outcome}: ${end.cause?.code}`)
await connection.close()
