import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))

/** An example run as its README says: compiled, each program in a process of its own. */
export interface Programs {
  /** Runs a program to its end and returns its output. @throws Error when the program fails or the worker has ended. */
  run(program: string, ...args: string[]): Promise<string>
  startWorker(): void
  stop(): Promise<void>
}

/** Compiles an example; `env` is added to this process's environment. */
export async function programsOf(example: string, env: Readonly<Record<string, string>> = {}): Promise<Programs> {
  const cwd = fileURLToPath(new URL(`./${example}`, import.meta.url))
  await run(process.execPath, [compiler, '-b'], { cwd })
  const options = { cwd, env: { ...process.env, ...env } }
  const ended = Promise.withResolvers<never>()
  // `run` reports a worker that ended.
  ended.promise.catch(() => undefined)
  let stop = async () => {}
  return {
    run: (program, ...args) =>
      Promise.race([
        run(process.execPath, [`dist/${program}.js`, ...args], options).then(({ stdout }) => stdout),
        ended.promise,
      ]),
    startWorker() {
      const worker = spawn(process.execPath, ['dist/worker.js'], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
      const exit = Promise.all([once(worker, 'exit'), text(worker.stderr)])
      void exit.then(([, log]) => ended.reject(new Error(`the worker of ${example} ended:\n${log}`)))
      stop = async () => {
        worker.kill()
        await exit
      }
    },
    stop: () => stop(),
  }
}
