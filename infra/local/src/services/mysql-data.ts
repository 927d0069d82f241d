import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'
import { findServer, serverEnvironment } from '../discovery/executable.js'
import { StackError } from '../stack-error.js'
import type { StackLayout } from '../stack-layout.js'
import type { ProcessRecord } from '../state/stack-state.js'
import { loopbackHost, writeInitFile } from './mysql-accounts.js'
import type { ServiceContext } from './service-driver.js'

/** A socket's path holds at most 107 bytes on Linux and 103 on macOS. */
const maxSocketPath = 103

/** The server's socket: beside its data, or in the temporary directory when that path is too long. */
export function socketPath(layout: StackLayout): string {
  const beside = join(layout.serviceDir('mysql'), 'mysql.sock')
  if (Buffer.byteLength(beside) <= maxSocketPath) return beside
  const hash = createHash('sha256').update(layout.dir).digest('hex').slice(0, 16)
  const base = Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp'
  return join(base, `seckill-${hash}`, 'mysql.sock')
}

/** Creates the system tables at the first launch and writes the statements of each launch. */
export async function prepareMysqlData(context: ServiceContext, record: ProcessRecord): Promise<void> {
  const { layout, state } = context
  const isMariaDb = record.version.includes('MariaDB')
  await mkdir(layout.serviceDir('mysql'), { recursive: true, mode: 0o700 })
  await mkdir(dirname(socketPath(layout)), { recursive: true, mode: 0o700 })
  await writeInitFile(layout, state, { host: loopbackHost, mode: 0o600, secureRoot: !isMariaDb })
  if (existsSync(record.dataDir)) return
  context.report('creating the data directory')
  await removeUnfinished(layout)
  const draft = join(layout.serviceDir('mysql'), `unfinished-${randomUUID()}`)
  await initialise(context, record.binary, draft, isMariaDb)
  // The rename gives a complete directory its name, so a killed launcher leaves none that looks complete.
  await rename(draft, record.dataDir)
}

async function initialise(context: ServiceContext, binary: string, dataDir: string, isMariaDb: boolean): Promise<void> {
  if (!isMariaDb) {
    await createTables(context, binary, [
      '--no-defaults',
      '--initialize-insecure',
      `--datadir=${dataDir}`,
      `--tmpdir=${dirname(dataDir)}`,
    ])
    return
  }
  // The MariaDB script splits paths at spaces, so it gets a symbolic link without any.
  const link = join(await mkdtemp(join(tmpdir(), 'seckill-')), 'mysql')
  try {
    await symlink(dirname(dataDir), link)
    const options = ['--no-defaults', '--skip-test-db', '--skip-name-resolve']
    const target = [`--datadir=${join(link, basename(dataDir))}`, `--tmpdir=${link}`]
    await createTables(context, installer(context, binary), [...options, ...target])
  } finally {
    await rm(dirname(link), { recursive: true, force: true })
  }
}

async function createTables({ env }: ServiceContext, program: string, args: readonly string[]): Promise<void> {
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  const { failed, all } = await execa(program, [...args, ...user], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
    env: serverEnvironment(env),
    extendEnv: false,
  })
  if (!failed) return
  const lines = all.split('\n').slice(-20)
  throw new StackError(
    'PREPARE_FAILED',
    [`${program} could not create the data directory:`, ...lines.map((line) => `  | ${line}`)].join('\n'),
    'Check the free disk space and the rights on it. Where AppArmor confines mysqld, install mariadb-server instead.',
  )
}

function installer({ env }: ServiceContext, binary: string): string {
  const names = ['mariadb-install-db', 'mysql_install_db']
  const near = { PATH: [dirname(binary), join(dirname(binary), '..', 'bin'), env.PATH ?? ''].join(':') }
  const found = findServer(names, near)
  if (found !== undefined) return found
  const hint = 'Install the complete server package, for example mariadb-server.'
  throw new StackError('MISSING_SERVER', `${binary} is installed, but mariadb-install-db is not.`, hint)
}

/** Removes the directories of killed launchers, with retries: an initialiser may still be writing there. */
async function removeUnfinished(layout: StackLayout): Promise<void> {
  const directory = layout.serviceDir('mysql')
  for (const name of await readdir(directory)) {
    if (!name.startsWith('unfinished-')) continue
    await rm(join(directory, name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}
