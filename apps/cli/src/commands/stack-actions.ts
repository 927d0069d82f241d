import {
  findRepositoryRoot,
  type OptionalService,
  resetStack,
  type ServiceStatus,
  type Stack,
  stackStatus,
  startStack,
  stopStack,
  withoutPassword,
} from 'seckill-local-stack'
import { confirmed } from '../output/confirm.js'
import { interruptible } from '../output/interruption.js'
import { writeStackProgress } from '../output/stack-progress.js'
import { coloured, seconds, table } from '../output/table.js'

/** The flags of every `stack` command. */
export interface StackCommandOptions {
  readonly name: string
  readonly json?: boolean
}

interface UpOptions extends StackCommandOptions {
  readonly with?: OptionalService
}

/** `stack up`. */
export async function upCommand({ name, json = false, with: beside }: UpOptions): Promise<void> {
  const began = performance.now()
  const root = findRepositoryRoot()
  const optional = beside === undefined ? [] : [beside]
  const stack = await interruptible((signal) =>
    startStack({ root, name, with: optional, signal, onProgress: writeStackProgress }),
  )
  const elapsedMs = Math.round(performance.now() - began)
  if (json) process.stdout.write(`${JSON.stringify({ ...stack, elapsedMs })}\n`)
  else process.stdout.write(upSummary(stack, elapsedMs))
}

/** `stack status`. */
export async function statusCommand({ name, json = false }: StackCommandOptions): Promise<void> {
  const status = await stackStatus({ root: findRepositoryRoot(), name })
  if (!status.healthy) process.exitCode = 1
  if (json) process.stdout.write(`${JSON.stringify(status)}\n`)
  else process.stdout.write(`${table(status.services.map(statusRow))}\nStack ${name}, data in ${status.dir}\n`)
}

/** `stack stop`. */
export async function stopCommand({ name, json = false }: StackCommandOptions): Promise<void> {
  await stopStack({ root: findRepositoryRoot(), name, onProgress: writeStackProgress })
  process.stdout.write(json ? `${JSON.stringify({ name, stopped: true })}\n` : `Stack ${name} is stopped.\n`)
}

/** `stack reset`. */
export async function resetCommand(options: StackCommandOptions & { readonly yes?: boolean }): Promise<void> {
  const { name, json = false, yes = false } = options
  if (!yes && !(await confirmed(`Delete all data of the stack ${name}?`))) {
    process.exitCode = 1
    process.stderr.write('Nothing was deleted. To delete without a question: ./seckill stack reset --yes\n')
    return
  }
  await resetStack({ root: findRepositoryRoot(), name, onProgress: writeStackProgress })
  process.stdout.write(json ? `${JSON.stringify({ name, reset: true })}\n` : `Stack ${name} and its data are gone.\n`)
}

function upSummary(stack: Stack, elapsedMs: number): string {
  const urls = [
    ['  Redis', stack.redisUrl],
    ['  MySQL', withoutPassword(stack.databaseUrl)],
    ['  Temporal', stack.temporalAddress],
    ...(stack.temporalUiUrl === null ? [] : [['  Temporal UI', stack.temporalUiUrl]]),
    ...(stack.rabbitmqUrl === null ? [] : [['  RabbitMQ', withoutPassword(stack.rabbitmqUrl)]]),
    ...(stack.rabbitmqManagementUrl === null ? [] : [['  RabbitMQ UI', stack.rabbitmqManagementUrl]]),
  ]
  const nameOption = stack.name === 'demo' ? '' : ` --name ${stack.name}`
  return `Stack ${stack.name} is up (${seconds(elapsedMs)}), data in ${stack.dir}\n${table(urls)}Stop it: ./seckill stack stop${nameOption}\n`
}

function statusRow({ service, condition, version, pid, reason, env }: ServiceStatus): readonly string[] {
  const style = { healthy: 'green', unhealthy: 'red', stopped: 'yellow', absent: 'yellow' } as const
  const shown = coloured(style[condition], condition.padEnd(9), process.stdout)
  const detail = condition === 'healthy' ? (version ?? '') : (reason ?? '')
  const [address = ''] = Object.values(env)
  return [service, shown, pid === null ? '' : `pid ${pid}`, condition === 'absent' ? '' : address, detail]
}
