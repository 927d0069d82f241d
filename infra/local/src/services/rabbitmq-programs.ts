import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { aptInstall, aptPrefix } from '../discovery/apt.js'
import { findServer, isExecutable, versionOf } from '../discovery/executable.js'
import type { Environment } from '../stack.js'
import { StackError } from '../stack-error.js'
import { type InstallLines, installLine } from './missing-server.js'
import { chosenServer, obtainOtherServer } from './other-servers.js'
import type { ServerSource, ServiceContext } from './service-driver.js'

const program = 'rabbitmq-server'

/** The commands that install RabbitMQ by hand. */
export const rabbitmqInstall: InstallLines = {
  debian: 'sudo apt-get install rabbitmq-server',
  mac: 'brew install rabbitmq',
  other: 'install RabbitMQ 3.10 or newer',
}

/**
 * The server's own script. On Debian the one on PATH is a wrapper, which runs the system's node only and as its user; the
 * scripts themselves are elsewhere.
 */
export function findRabbitmq(env: Environment): string | undefined {
  const found = findServer([program], env)
  if (found === undefined) return undefined
  const behindWrapper = join('/usr/lib/rabbitmq/bin', program)
  return dirname(found) === '/usr/sbin' && isExecutable(behindWrapper) ? behindWrapper : found
}

/** Obtains the RabbitMQ that is chosen, or finds it on this machine, or installs it with apt. */
export async function obtainRabbitmq(context: ServiceContext): Promise<ServerSource> {
  const chosen = chosenServer('rabbitmq', context.env)
  if (chosen !== undefined) return binarySource(await obtainOtherServer(chosen, context.env))
  const here = findRabbitmq(context.env)
  if (here !== undefined) return binarySource(here)
  const prefix = await aptPrefix(context.env)
  if (prefix !== undefined) {
    context.report(`not found: installing it with apt-get (${program})`)
    await aptInstall(prefix, { names: [program], unit: `${program}.service` })
    const installed = findRabbitmq(context.env)
    if (installed !== undefined) return binarySource(installed)
  }
  throw new StackError(
    'MISSING_SERVER',
    'RabbitMQ is not on this machine, and apt (as root or with passwordless sudo) cannot provide it.',
    `Type: ${installLine(rabbitmqInstall)}\nOr set RABBITMQ_URL to a server you have.`,
  )
}

/** Reports whether the management plugin is installed beside the server. */
export function hasManagement(binary: string): boolean {
  return pluginDirectories(binary).some(
    (directory) => existsSync(directory) && readdirSync(directory).some((name) => /^rabbitmq_management-\d/.test(name)),
  )
}

/** Beside the scripts, or in the folder of the version on Debian. */
function pluginDirectories(binary: string): readonly string[] {
  const home = dirname(dirname(realpathSync(binary)))
  const versions = join(home, 'lib')
  const ofVersions = existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name, 'plugins')) : []
  return [join(home, 'plugins'), ...ofVersions]
}

/** The version of a server: asking the server's script for it would start the server. */
export function rabbitmqVersion(binary: string): Promise<string> {
  return versionOf(join(dirname(binary), 'rabbitmqctl'), ['version'])
}

async function binarySource(binary: string): Promise<ServerSource> {
  return { kind: 'binary', binary, version: await rabbitmqVersion(binary) }
}
