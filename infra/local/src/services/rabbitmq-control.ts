import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { serverEnvironment } from '../discovery/executable.js'
import type { Stack } from '../stack.js'
import { StackError } from '../stack-error.js'
import { layoutIn } from '../stack-layout.js'
import { readState } from '../state/state-file.js'
import { settingsFile } from './rabbitmq-files.js'

/**
 * Runs `rabbitmqctl` against the RabbitMQ that the stack started, and answers what it wrote.
 *
 * @throws StackError `NOT_OURS` for a stack without one; an error with the output of a command that failed.
 */
export async function rabbitmqControl(stack: Stack, ...args: readonly string[]): Promise<string> {
  const layout = layoutIn(stack.dir)
  const record = readState(layout)?.services.rabbitmq
  if (record?.kind !== 'process')
    throw new StackError(
      'NOT_OURS',
      `The stack ${stack.name} has no RabbitMQ that it started.`,
      `Start it: ./seckill stack up --with rabbitmq --name ${stack.name}`,
    )
  const { stdout } = await execa(join(dirname(record.binary), 'rabbitmqctl'), ['--quiet', ...args], {
    stdin: 'ignore',
    extendEnv: false,
    env: { ...serverEnvironment(process.env), RABBITMQ_CONF_ENV_FILE: settingsFile(layout) } as Record<string, string>,
  })
  return stdout
}
