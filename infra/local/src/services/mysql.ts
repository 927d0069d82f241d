import { createConnection } from 'mysql2/promise'
import type { StackState } from '../state/stack-state.js'
import { appAccount, containerHost, loopbackHost, migratorAccount, writeInitFile } from './mysql-accounts.js'
import { prepareMysqlData, socketPath } from './mysql-data.js'
import { type ObtainableServer, obtainServer } from './obtain-server.js'
import type { ServiceDriver, ServiceEnv } from './service-driver.js'

/** The programs, packages and image of MariaDB and MySQL; MariaDB first, since distributions confine `mysqld` to one directory. */
export const mysqlServer: ObtainableServer = {
  service: 'mysql',
  title: 'MariaDB or MySQL',
  programs: ['mariadbd', 'mysqld'],
  apt: { names: ['mariadb-server-core', 'mariadb-server'], unit: 'mariadb.service' },
  image: 'mysql:8.4',
  install: {
    debian: 'sudo apt-get install mariadb-server',
    mac: 'brew install mariadb',
    other: 'install MariaDB 10.11 or MySQL 8.4',
  },
  variable: 'DATABASE_URL',
}

const settings = [
  '--innodb-flush-log-at-trx-commit=1',
  '--skip-log-bin',
  '--transaction-isolation=READ-COMMITTED',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_bin',
  '--default-time-zone=+00:00',
  '--innodb-buffer-pool-size=256M',
  '--innodb-lock-wait-timeout=3',
  '--max-connections=200',
  '--performance-schema=OFF',
  '--skip-name-resolve',
]

/** Settings of which each exists in one of the two servers only. */
const mariaDbSettings = ['--innodb-log-file-size=256M']
const mySqlSettings = ['--innodb-redo-log-capacity=256M', '--mysqlx=OFF']

/** MariaDB or MySQL with a private data directory, flushed at each commit. */
export const mysqlDriver: ServiceDriver = {
  service: 'mysql',
  title: 'MySQL',
  stopGraceMs: 30_000,
  hasUi: false,
  given: ({ DATABASE_URL, DATABASE_MIGRATION_URL }) =>
    DATABASE_URL ? { DATABASE_URL, DATABASE_MIGRATION_URL: DATABASE_MIGRATION_URL || DATABASE_URL } : undefined,
  obtain: (context) => obtainServer(mysqlServer, context),
  prepare: prepareMysqlData,
  args: ({ layout }, { dataDir, port, version }) => [
    '--no-defaults',
    `--datadir=${dataDir}`,
    // A starting server deletes the temporary tables in this directory, so each server has its own.
    `--tmpdir=${layout.serviceDir('mysql')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${socketPath(layout)}`,
    `--pid-file=${layout.serviceDir('mysql')}/mysqld.pid`,
    `--init-file=${layout.serviceDir('mysql')}/init.sql`,
    ...settings,
    ...(version.includes('MariaDB') ? mariaDbSettings : mySqlSettings),
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ],
  container: async ({ layout, state }, record) => ({
    ...record,
    containerPort: 3306,
    dataPath: '/var/lib/mysql',
    env: { MYSQL_ROOT_PASSWORD: state.passwords.root },
    files: { [await writeInitFile(layout, state, { host: containerHost, mode: 0o644 })]: '/etc/seckill-init.sql' },
    args: ['--init-file=/etc/seckill-init.sql', ...settings, ...mySqlSettings],
  }),
  env: (state, { port }) => urls(state, port),
  check: async ({ DATABASE_URL = '', DATABASE_MIGRATION_URL = '' }) => {
    await versionAt(DATABASE_MIGRATION_URL)
    return versionAt(DATABASE_URL)
  },
}

function urls({ passwords }: StackState, port: number): ServiceEnv {
  const url = (user: string, password: string): string => `mysql://${user}:${password}@${loopbackHost}:${port}/seckill`
  return {
    DATABASE_URL: url(appAccount, passwords.app),
    DATABASE_MIGRATION_URL: url(migratorAccount, passwords.migrator),
  }
}

async function versionAt(uri: string): Promise<string> {
  const connection = await createConnection({ uri, connectTimeout: 3_000 })
  try {
    const [rows] = await connection.query({ sql: 'SELECT VERSION()', rowsAsArray: true, timeout: 3_000 })
    const version = String((rows as readonly (readonly unknown[])[])[0]?.[0])
    await connection.end()
    return version.includes('MariaDB') ? `MariaDB ${version.split('-')[0]}` : `MySQL ${version}`
  } finally {
    connection.destroy()
  }
}
