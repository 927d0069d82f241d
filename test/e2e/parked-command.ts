import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { e2eStack } from '../setup/e2e-stack-name.js'

const main = join(e2eStack.root, 'apps/cli/dist/main.js')

/** The end of one `./seckill parked`. */
export interface ParkedCommand {
  readonly code: number
  readonly json: Readonly<Record<string, unknown>>
  readonly stderr: string
}

/** Runs `./seckill parked` on the e2e stack, without a terminal. */
export function parkedCommand(...args: readonly string[]): Promise<ParkedCommand> {
  const command = [main, 'parked', ...args, '--name', e2eStack.name, '--json']
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, json: stdout === '' ? {} : JSON.parse(stdout), stderr }),
    )
    child.stdin?.end()
  })
}
