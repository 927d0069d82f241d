import { runProcess } from 'seckill-process/run'
import { readConfig } from './config.js'
import { serve } from './serve.js'

await runProcess(async () => {
  const config = readConfig()
  const { logger, close } = await serve(config)
  return { logger, graceMs: config.shutdownGraceMs, stop: close }
})
