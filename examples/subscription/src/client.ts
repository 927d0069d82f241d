import { Client, Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { createSagaClient } from 'saga-core/client'
import { subscriptionSaga } from './saga.js'

const [verb, id = '', word = ''] = process.argv.slice(2)
const connection = await Connection.connect(loadClientConnectConfig().connectionOptions)
const sagas = createSagaClient(new Client({ connection }))
const run = sagas.run(`subscription/${id}`)
const input = { id, email: word, plan: 'monthly', payWithinMs: 600_000 }

switch (verb) {
  case 'subscribe':
    await sagas.start(subscriptionSaga, { workflow: 'subscribe', taskQueue: 'subscription', input })
    break
  case 'pay':
    await run.message('card', id, { value: { token: word } })
    break
  case 'cancel':
    await run.cancel()
    break
  case 'result':
    console.log(JSON.stringify(await run.result(), undefined, 2))
    break
  default:
    console.error('subscribe <id> <email> | pay <id> <card, or: declined> | cancel <id> | result <id>')
    process.exitCode = 1
}
await connection.close()
