import { runWorker } from '../run-worker.js'
import { readConfig } from './config.js'
import { startService } from './service-process.js'

await runWorker(readConfig, startService)
