import { readConfig } from './config.js'
import { runWorker } from './run-worker.js'
import { startWorkerProcess } from './worker-process.js'

await runWorker(readConfig, startWorkerProcess)
