import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StackLayout } from '../stack-layout.js'
import type { StackState } from '../state/stack-state.js'

/** The sale's own account. */
export const appAccount = 'seckill_app'
/** The account that creates databases, tables and the accounts of services, to which it gives rights on databases of the sale. */
export const migratorAccount = 'seckill_migrator'
/** The host of the accounts when the server runs as a process of this machine. */
export const loopbackHost = '127.0.0.1'
/** The host of the accounts when the server runs in a container: clients come from the bridge's gateway, an address that Docker chooses. */
export const containerHost = '%'

/** The host of the accounts, and the mode of the file with their passwords. */
export interface InitFileOptions {
  readonly host: string
  readonly mode: number
  /** `true` while root has the empty password of a new MySQL. */
  readonly secureRoot?: boolean
}

/**
 * Writes the statements that the server runs at each start, before it accepts connections, and returns the file. Each is
 * repeatable and on a line of its own, as `--init-file` requires.
 */
export async function writeInitFile(
  layout: StackLayout,
  state: StackState,
  { host, mode, secureRoot = false }: InitFileOptions,
): Promise<string> {
  const file = join(layout.serviceDir('mysql'), 'init.sql')
  await mkdir(layout.serviceDir('mysql'), { recursive: true, mode: 0o700 })
  await writeFile(file, `${initStatements(state.passwords, host, secureRoot).join('\n')}\n`, { mode })
  await chmod(file, mode)
  return file
}

/** The statements that create the database and its two accounts. */
export function initStatements(
  passwords: StackState['passwords'],
  host: string,
  secureRoot: boolean,
): readonly string[] {
  const account = (user: string, password: string, rights: string): readonly string[] => [
    `CREATE USER IF NOT EXISTS '${user}'@'${host}' IDENTIFIED BY '${password}';`,
    `ALTER USER '${user}'@'${host}' IDENTIFIED BY '${password}';`,
    `GRANT ${rights} ON \`seckill%\`.* TO '${user}'@'${host}';`,
  ]
  return [
    'CREATE DATABASE IF NOT EXISTS `seckill` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;',
    ...account(appAccount, passwords.app, 'SELECT, INSERT, UPDATE, DELETE'),
    ...account(migratorAccount, passwords.migrator, 'ALL PRIVILEGES'),
    `GRANT CREATE USER ON *.* TO '${migratorAccount}'@'${host}';`,
    `GRANT GRANT OPTION ON \`seckill%\`.* TO '${migratorAccount}'@'${host}';`,
    ...(secureRoot ? [`ALTER USER 'root'@'localhost' IDENTIFIED BY '${passwords.root}';`] : []),
  ]
}
