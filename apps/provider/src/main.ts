import { runProcess } from 'seckill-process/run'
import { readConfig } from './config.js'
import { serve } from './serve.js'

await runProcess(async () => {
  const config = readConfig()
  const { logger, failed, close } = await serve(config)
  return { logger, graceMs: config.shutdownGraceMs, finished: failed, stop: close }
})
