import { fileURLToPath } from 'node:url'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { NativeConnection, Worker } from '@temporalio/worker'
import { createAccountActivities, createSubscriptionActivities } from './activities.js'
import { Platform } from './platform.js'

const platform = new Platform()
const connection = await NativeConnection.connect(loadClientConnectConfig().connectionOptions)
const worker = await Worker.create({
  connection,
  taskQueue: 'subscription',
  workflowsPath: fileURLToPath(new URL('./workflows.js', import.meta.url)),
  activities: { ...createAccountActivities(platform), ...createSubscriptionActivities(platform) },
})
await worker.run()
await connection.close()
