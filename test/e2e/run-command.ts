import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { e2eStack } from '../setup/e2e-stack-name.js'

const main = join(e2eStack.root, 'apps/cli/dist/main.js')

/** A command that has ended. */
export interface Run {
  readonly code: number
  readonly json: Readonly<Record<string, unknown>>
  readonly stderr: string
}

/** Runs `./seckill` on the e2e stack, without a terminal, with its result as JSON. */
export function runCommand(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const command = [main, ...args, '--name', e2eStack.name, '--json']
    const child = execFile(process.execPath, command, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, json: stdout === '' ? {} : JSON.parse(stdout), stderr }),
    )
    child.stdin?.end()
  })
}
