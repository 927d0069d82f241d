// A launcher that dies by SIGKILL at one moment: node launcher.mjs <root> <name> <service> <phase>
import { startStack } from 'seckill-local-stack'

const [root, name, service, phase] = process.argv.slice(2)
const { REDIS_URL, DATABASE_URL, DATABASE_MIGRATION_URL, TEMPORAL_ADDRESS, ...env } = process.env
await startStack({
  root,
  name,
  env,
  onProgress: (progress) => {
    if (progress.service === service && progress.phase === phase) process.kill(process.pid, 'SIGKILL')
  },
})
