import { type Command, InvalidArgumentError, Option } from 'commander'
import { optionalServices, type ServiceName, serviceNames } from 'seckill-local-stack'
import { jsonOption, stackOption } from '../output/options.js'
import { resetCommand, statusCommand, stopCommand, upCommand } from './stack-actions.js'
import { showLogs } from './stack-logs.js'

/** Adds `seckill stack` and its subcommands. */
export function register(program: Command): void {
  const stack = program
    .command('stack')
    .description('the local Redis, MySQL and Temporal: up, status, logs, stop, reset')
  subcommand(stack, 'up', 'start what does not run yet; a server given by URL is used as it is')
    .addOption(new Option('--with <what>', 'start RabbitMQ too').choices(optionalServices))
    .action(upCommand)
  subcommand(stack, 'status', 'show the condition of each server; exit code 1 unless all answer').action(statusCommand)
  subcommand(stack, 'logs', 'show the last lines of a server, or of all')
    .argument('[service]', serviceNames.join(', '), parseService)
    .option('-f, --follow', 'go on as they are written')
    .option('-n, --lines <count>', 'number of lines of each server', parseCount, 50)
    .action(showLogs)
  subcommand(stack, 'stop', 'stop the servers it started; their data stays').action(stopCommand)
  subcommand(stack, 'reset', 'stop and delete all data of the stack')
    .option('-y, --yes', 'do not ask')
    .action(resetCommand)
  stack.addHelpText(
    'after',
    `
Servers given by URL are used, never stopped: REDIS_URL, DATABASE_URL (with DATABASE_MIGRATION_URL),
TEMPORAL_ADDRESS, and RABBITMQ_URL with --with rabbitmq. SECKILL_SERVERS=mysql,valkey takes servers of another
Debian release than this machine's: see \`./seckill servers --help\`.
Data, logs and state are under .seckill/<name>/, or <name>/ of the directory SECKILL_DATA_DIR; stacks of different names run side by side.`,
  )
}

function subcommand(stack: Command, name: string, description: string): Command {
  return stack
    .command(name)
    .description(description)
    .option(...stackOption)
    .option(...jsonOption)
}

function parseService(value: string): ServiceName {
  const service = serviceNames.find((name) => name === value)
  if (service === undefined) throw new InvalidArgumentError(`It must be one of ${serviceNames.join(', ')}.`)
  return service
}

function parseCount(value: string): number {
  const count = Number(value)
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InvalidArgumentError('It must be a whole number, at least 1.')
  return count
}
