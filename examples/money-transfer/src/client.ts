import { Client, Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { createSagaClient } from 'saga-core/client'
import { type Transfer, transferSaga } from './saga.js'
import { taskQueue } from './server.js'

const [id = '1', amount = '25'] = process.argv.slice(2)
const input: Transfer = {
  id,
  from: { bank: 'north', number: 'ann' },
  to: { bank: 'south', number: 'bob' },
  cents: Number(amount) * 100,
}
const connection = await Connection.connect(loadClientConnectConfig().connectionOptions)
const sagas = createSagaClient(new Client({ connection }))
// The same id again is the same transfer: it is not made twice, and this says what became of it.
const end = await sagas.execute(transferSaga, { workflow: 'transfer', taskQueue, input })
console.log(end.outcome === 'completed' ? `${amount}.00 went from ann to bob` : `${end.outcome}: ${end.cause?.code}`)
await connection.close()
