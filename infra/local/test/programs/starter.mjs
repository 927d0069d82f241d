// Starts an attached process, prints its pid and waits to be killed: node starter.mjs <log file>
import { startProcess } from 'seckill-local-stack'

const { pid } = await startProcess({
  name: 'sleeper',
  command: process.execPath,
  args: ['-e', 'setInterval(() => {}, 1000)'],
  env: process.env,
  logFile: process.argv[2],
  ready: async () => true,
  timeoutMs: 10_000,
})
process.stdout.write(`${pid}\n`)
setInterval(() => {}, 1000)
