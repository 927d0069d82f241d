import { fileURLToPath } from 'node:url'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { NativeConnection, Worker } from '@temporalio/worker'
import { checkBarrierTable } from 'saga-core/kysely'
import { createActivities } from './activities.js'
import { closeBanks, openBanks } from './banks.js'
import { prefix, server, taskQueue } from './server.js'

const banks = openBanks(server, prefix)
for (const db of Object.values(banks)) await checkBarrierTable(db)
const connection = await NativeConnection.connect(loadClientConnectConfig().connectionOptions)
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  activities: createActivities(banks),
})
await worker.run()
await connection.close()
await closeBanks(banks)
