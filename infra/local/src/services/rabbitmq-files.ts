import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../discovery/free-port.js'
import { quoted } from '../processes/shell-script.js'
import type { StackLayout } from '../stack-layout.js'
import type { ProcessRecord } from '../state/stack-state.js'
import { hasManagement } from './rabbitmq-programs.js'
import type { ServiceContext } from './service-driver.js'

/** The file that gives RabbitMQ's scripts, the server's and `rabbitmqctl`, the settings of this node. */
export function settingsFile(layout: StackLayout): string {
  return join(layout.serviceDir('rabbitmq'), 'rabbitmq-env.conf')
}

/** Writes the settings of a launch; the cookie stays, because the commands that ask the node know it. */
export async function prepareRabbitmq(
  { layout, state }: ServiceContext,
  record: ProcessRecord,
  user: string,
): Promise<void> {
  const folder = layout.serviceDir('rabbitmq')
  const home = join(folder, 'home')
  for (const directory of [home, record.dataDir]) await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeCookie(join(home, '.erlang.cookie'))
  const management = hasManagement(record.binary)
  await writePrivate(join(folder, 'enabled_plugins'), management ? '[rabbitmq_management].\n' : '[].\n')
  await writePrivate(
    join(folder, 'rabbitmq.conf'),
    configuration(record, { user, password: state.passwords.app, management }),
  )
  await writePrivate(settingsFile(layout), settings(layout, record, await freePort()))
}

async function writeCookie(file: string): Promise<void> {
  if (existsSync(file)) return
  await writeFile(file, randomBytes(20).toString('hex'), { mode: 0o400 })
}

/** Writes a file that only this user can read, also where there was one. */
async function writePrivate(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 })
  await chmod(file, 0o600)
}

function configuration(
  { port, uiPort }: ProcessRecord,
  { user, password, management }: { readonly user: string; readonly password: string; readonly management: boolean },
): string {
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    `default_user = ${user}`,
    `default_pass = ${password}`,
    'log.console = true',
    'log.console.level = warning',
    ...(management ? ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${uiPort}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** The variables of RabbitMQ's scripts; `distPort` is where `rabbitmqctl` finds the node. */
function settings(layout: StackLayout, { dataDir }: ProcessRecord, distPort: number): string {
  const folder = layout.serviceDir('rabbitmq')
  const node = createHash('sha256').update(layout.dir).digest('hex').slice(0, 12)
  const variables = {
    NODENAME: `seckill-${layout.name}-${node}@localhost`,
    DIST_PORT: String(distPort),
    CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    MNESIA_BASE: dataDir,
    MNESIA_DIR: join(dataDir, 'node'),
    GENERATED_CONFIG_DIR: join(dataDir, 'config'),
    PLUGINS_EXPAND_DIR: join(dataDir, 'plugins'),
    PID_FILE: join(folder, 'rabbitmq.pid'),
    LOG_BASE: layout.logsDir,
    LOGS: '-',
  }
  const exported = {
    HOME: join(folder, 'home'),
    // The port mapper, which Erlang starts where none runs, and the node listen on loopback only.
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_FLAGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  }
  const lines = [
    ...Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`),
    ...Object.entries(exported).map(([name, value]) => `export ${name}=${quoted(value)}`),
  ]
  return `${lines.join('\n')}\n`
}
