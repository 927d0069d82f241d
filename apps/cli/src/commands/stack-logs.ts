import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findRepositoryRoot, type ServiceName, serviceLog, serviceNames, stackStatus } from 'seckill-local-stack'
import type { StackCommandOptions } from './stack-actions.js'

interface LogOptions extends StackCommandOptions {
  readonly follow?: boolean
  readonly lines: number
}

/** `stack logs`. */
export async function showLogs(service: ServiceName | undefined, options: LogOptions): Promise<void> {
  const services = service === undefined ? serviceNames : [service]
  if (options.follow === true) return follow(services, options)
  const selector = { root: findRepositoryRoot(), name: options.name }
  const logs = await Promise.all(
    services.map(async (each) => ({ service: each, lines: await serviceLog(selector, each, options.lines) })),
  )
  if (options.json === true) process.stdout.write(`${JSON.stringify({ name: options.name, logs })}\n`)
  else for (const log of logs) process.stdout.write(section(log.service, log.lines, logs.length > 1))
}

function section(service: ServiceName, lines: readonly string[], titled: boolean): string {
  const title = titled ? [`==> ${service} <==`] : []
  return [...title, ...lines, ...(titled ? [''] : [])].map((line) => `${line}\n`).join('')
}

/** Runs until it is interrupted. */
async function follow(services: readonly ServiceName[], { name, lines }: LogOptions): Promise<void> {
  const status = await stackStatus({ root: findRepositoryRoot(), name })
  const files = status.services.flatMap((each) =>
    services.includes(each.service) && each.logFile !== null ? [each.logFile] : [],
  )
  if (files.length === 0)
    throw new Error(
      `The stack '${name}' has no log to follow. Start it: ./seckill stack up${name === 'demo' ? '' : ` --name ${name}`}`,
    )
  const tail = spawn('tail', ['-n', String(lines), '-F', ...files], { stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(tail, 'exit')
  const stop = (): boolean => tail.kill()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  await ended
}
