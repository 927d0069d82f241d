import { Client, Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { createSagaClient } from 'saga-core/client'
import { tripSaga } from './saga.js'
import type { Trip } from './trip.js'

const [verb, id = '', word = ''] = process.argv.slice(2)
const connection = await Connection.connect(loadClientConnectConfig().connectionOptions)
const sagas = createSagaClient(new Client({ connection }))
const run = sagas.run(`trip/${id}`)
const input: Trip = { id, city: word, approveBy: Date.now() + 86_400_000 }

switch (verb) {
  case 'book':
    await sagas.start(tripSaga, { workflow: 'bookTrip', taskQueue: 'trip-booking', input })
    break
  case 'approve':
    await run.message('approval', id, { value: { by: word } })
    break
  case 'reject':
    await run.message('approval', id, { refuse: 'NOT_APPROVED' })
    break
  case 'cancel':
    await run.cancel()
    break
  case 'result':
    console.log(JSON.stringify(await run.result(), undefined, 2))
    break
  default:
    console.error('book <id> <city> | approve <id> <who> | reject <id> | cancel <id> | result <id>')
    process.exitCode = 1
}
await connection.close()
