import { homedir } from 'node:os'
import { join } from 'node:path'
import { aptUnpack } from '../discovery/apt-unpack.js'
import { runByOwnLoader, type UnpackedFiles } from '../discovery/own-loader.js'
import type { Environment, ServiceName } from '../stack.js'
import { StackError } from '../stack-error.js'
import { relocateRabbitmq } from './rabbitmq-relocation.js'

/** A server that is not the one of the machine's own release: a package of another Debian suite. */
interface OtherServer {
  readonly service: ServiceName
  readonly package: string
  readonly suite: string
  /** The file to run, in the unpacked packages. */
  readonly program: string
  readonly prepare: (unpacked: UnpackedFiles) => Promise<void>
}

/** Debian's stable release has no MySQL; its rolling one, `sid`, has the newest. */
const otherServers = {
  mysql: {
    service: 'mysql',
    package: 'mysql-server-core',
    suite: 'sid',
    program: 'usr/sbin/mysqld',
    prepare: (unpacked) =>
      runByOwnLoader(unpacked, 'usr/sbin', [`--basedir=${join(unpacked.folder, 'usr')}`, '--secure-file-priv=NULL']),
  },
  valkey: {
    service: 'redis',
    package: 'valkey-server',
    suite: 'trixie',
    program: 'usr/bin/valkey-server',
    prepare: (unpacked) => runByOwnLoader(unpacked, 'usr/bin'),
  },
  redis: {
    service: 'redis',
    package: 'redis-server',
    suite: 'trixie',
    program: 'usr/bin/redis-server',
    prepare: (unpacked) => runByOwnLoader(unpacked, 'usr/bin'),
  },
  rabbitmq: {
    service: 'rabbitmq',
    package: 'rabbitmq-server',
    suite: 'trixie',
    program: 'usr/lib/rabbitmq/bin/rabbitmq-server',
    prepare: relocateRabbitmq,
  },
} as const satisfies Readonly<Record<string, OtherServer>>

/** The name of a server of another release. */
export type OtherServerName = keyof typeof otherServers

export const otherServerNames = Object.keys(otherServers) as readonly OtherServerName[]

/** The variable that chooses servers of other releases for a stack. */
export const serversVariable = 'SECKILL_SERVERS'

/**
 * The server of another release that SECKILL_SERVERS chooses for a service, or undefined.
 * @throws StackError `INVALID_NAME` for a name that is none
 */
export function chosenServer(service: ServiceName, env: Environment): OtherServerName | undefined {
  const names = (env[serversVariable] ?? '').split(',').filter((name) => name !== '')
  const wrong = names.find((name) => !isOtherServer(name))
  if (wrong !== undefined)
    throw new StackError(
      'INVALID_NAME',
      `'${wrong}' is no server that ${serversVariable} can choose.`,
      `It takes ${otherServerNames.join(', ')}, with commas between them.`,
    )
  return names.filter(isOtherServer).find((name) => otherServers[name].service === service)
}

/** The folder of a server's files in the user's cache, which all clones use. */
export function otherServerFolder(name: OtherServerName, env: Environment): string {
  const cache = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache')
  return join(cache, 'seckill', `${name}-${otherServers[name].suite}`)
}

/**
 * The program of a server of another release, which is downloaded and unpacked where it is not there yet; nothing is installed.
 * @throws StackError `MISSING_SERVER` where apt cannot get it
 */
export async function obtainOtherServer(name: OtherServerName, env: Environment): Promise<string> {
  const { package: packageName, suite, program, prepare } = otherServers[name]
  const folder = otherServerFolder(name, env)
  const unpacked = await aptUnpack({
    name: packageName,
    suite,
    folder,
    withDependencies: true,
    prepare: (files) => prepare({ files, folder }),
  })
  if ('folder' in unpacked) return join(folder, program)
  throw new StackError(
    'MISSING_SERVER',
    unpacked.missing,
    `Leave ${name} out of ${serversVariable} to have the server of this machine.`,
  )
}

function isOtherServer(name: string): name is OtherServerName {
  return Object.hasOwn(otherServers, name)
}
