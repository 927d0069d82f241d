import { fileURLToPath } from 'node:url'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { NativeConnection, Worker } from '@temporalio/worker'
import { createActivities } from './activities.js'
import { createSuppliers } from './suppliers.js'

const connection = await NativeConnection.connect(loadClientConnectConfig().connectionOptions)
const worker = await Worker.create({
  connection,
  taskQueue: 'trip-booking',
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  activities: createActivities(createSuppliers()),
})
await worker.run()
await connection.close()
