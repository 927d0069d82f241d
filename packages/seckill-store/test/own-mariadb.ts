import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'

/** A server of a test's own, whose global settings the test may change. */
export interface OwnMariaDb {
  /** Its database, which has no tables. */
  readonly url: string
  stop(): Promise<void>
}

const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []

/** Starts MariaDB on a free port, with its data in a temporary directory. */
export async function ownMariaDb(): Promise<OwnMariaDb> {
  const directory = await mkdtemp(join(tmpdir(), 'own-mariadb-'))
  const data = [`--datadir=${join(directory, 'data')}`, `--tmpdir=${directory}`, ...asRoot]
  await promisify(execFile)('mariadb-install-db', ['--no-defaults', '--skip-test-db', ...data])
  const init = join(directory, 'init.sql')
  const statements = ['CREATE DATABASE sale', "CREATE USER sale@'%'", "GRANT ALL ON *.* TO sale@'%'"]
  // The server reads one statement a line.
  await writeFile(init, statements.map((statement) => `${statement};\n`).join(''))
  const port = await freePort()
  const network = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(directory, 'socket')}`]
  const small = ['--innodb-buffer-pool-size=16M', '--innodb-log-file-size=8M', '--skip-log-bin', '--skip-name-resolve']
  // Its charset is then a setting as well.
  const charset = '--skip-character-set-client-handshake'
  const args = ['--no-defaults', ...data, ...network, ...small, charset, `--init-file=${init}`]
  const server = spawn('mariadbd', args, { stdio: 'ignore' })
  const exited = new Promise((resolve) => server.once('exit', resolve).once('error', resolve))
  const url = `mysql://sale@127.0.0.1:${port}/sale`
  const stop = async () => {
    server.kill('SIGKILL')
    await exited
    await rm(directory, { recursive: true, force: true })
  }
  for (const from = Date.now(); !(await answers(url)); ) {
    if (server.exitCode === null && Date.now() - from < 60_000) continue
    await stop()
    throw new Error('MariaDB does not answer')
  }
  return { url, stop }
}

async function answers(uri: string): Promise<boolean> {
  const connection = await createConnection({ uri, connectTimeout: 1_000 }).catch(() => undefined)
  await connection?.end()
  if (!connection) await new Promise((resolve) => setTimeout(resolve, 100))
  return connection !== undefined
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
