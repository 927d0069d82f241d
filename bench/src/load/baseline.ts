import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { nodeFlags } from 'seckill-cli/sale'

/** An Express server in a process of its own. */
export interface Baseline {
  readonly origin: string
  readonly pid: number
  stop(): Promise<void>
}

const entry = fileURLToPath(new URL('../baselines/express.js', import.meta.url))

/** Starts Express: `hello` answers GET /, `echo` answers every POST with its JSON body. */
export async function startBaseline(kind: 'hello' | 'echo'): Promise<Baseline> {
  const env = { ...process.env, NODE_ENV: 'production' }
  const execArgv = [...nodeFlags]
  const child = fork(entry, [kind], { env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [port] = (await once(child, 'message')) as [number]
  if (child.pid === undefined) throw new Error(`Express could not be started: node ${entry} ${kind}`)
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid,
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
