import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { sql } from 'kysely'
import { accountNames, barrierDatabaseOf, closeDatabase, connectDatabase } from 'seckill-store/mysql'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'seckill-accounts-'))
const file = join(folder, 'accounts.env')
const host = '127.0.0.1'
const prefix = `seckill_${randomBytes(4).toString('hex')}`
let database: TemporaryDatabase

beforeAll(async () => {
  database = await temporaryDatabase(1)
})

afterAll(async () => {
  for (const name of accountNames) {
    await sql.raw(`DROP USER IF EXISTS '${prefix}_${name}'@'${host}'`).execute(database.db)
    const barrier = barrierDatabaseOf(name, database.name)
    if (barrier !== undefined) await sql.raw(`DROP DATABASE IF EXISTS ${barrier}`).execute(database.db)
  }
  await database.drop()
  rmSync(folder, { recursive: true })
})

function seckill(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const given = { PATH: process.env.PATH, ...env }
  const ran = spawnSync(process.execPath, [entry, 'accounts', ...args], { env: given, encoding: 'utf8' })
  return { status: ran.status, text: `${ran.stdout}${ran.stderr}` }
}

function passwords(): readonly string[] {
  return Object.values(parseEnv(readFileSync(file, 'utf8'))).map((url) => new URL(url ?? '').password)
}

it('new URLs are written once, for their owner alone', () => {
  const server = new URL(database.url)
  server.username = ''
  server.password = ''
  expect(seckill(['new-urls', file, '--server', server.toString(), '--prefix', prefix]).status).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(new Set(passwords()).size).toBe(accountNames.length)
  expect(seckill(['new-urls', file, '--server', server.toString(), '--prefix', prefix])).toMatchObject({
    status: 1,
    text: expect.stringContaining('EEXIST'),
  })
})

it('without --apply the statements are printed, no password is, and nothing is made', async () => {
  const { status, text } = seckill(['--urls', file, '--host', host])
  expect(status).toBe(0)
  expect(text).toContain(`CREATE USER IF NOT EXISTS '${prefix}_stock'@'127.0.0.1' IDENTIFIED BY '…';`)
  expect(text).toContain(`GRANT SELECT, INSERT, UPDATE, DELETE ON \`${database.name}\`.\`stock\``)
  for (const password of passwords()) expect(text).not.toContain(password)
  const { STOCK_DATABASE_URL = '' } = parseEnv(readFileSync(file, 'utf8'))
  await expect(canRead(STOCK_DATABASE_URL, 'stock')).rejects.toThrow(/denied/i)
})

it('--apply makes the accounts with their rights, and may be repeated', async () => {
  const { STOCK_DATABASE_URL = '' } = parseEnv(readFileSync(file, 'utf8'))
  for (const _time of ['first', 'second']) {
    const { status, text } = seckill(['--urls', file, '--host', host, '--apply'], { DATABASE_ADMIN_URL: database.url })
    expect(text).toContain(`${prefix}_worker@127.0.0.1: made, with its rights`)
    expect(status).toBe(0)
    for (const password of passwords()) expect(text).not.toContain(password)
    expect(await canRead(STOCK_DATABASE_URL, 'stock')).toBe(true)
    await expect(canRead(STOCK_DATABASE_URL, 'payments')).rejects.toThrow(/denied/)
  }
})

it.each([
  ['no URLs at all', [], {}, 'The environment has no URLs of accounts. Make some:'],
  ['no account that makes them', ['--urls', file, '--apply'], {}, 'DATABASE_ADMIN_URL is not set'],
  ['one URL alone', [], { STOCK_DATABASE_URL: 'mysql://stock:word@mysql/sale' }, 'ORDER_DATABASE_URL is missing'],
])('is refused with %s, and says what is wrong', (_what, args, env, message) => {
  const { status, text } = seckill(args, env)
  expect(status).toBe(1)
  expect(text).toContain(message)
  expect(text).not.toContain('word@')
})

it('an account that may not create users is told so by the server', () => {
  const { ORDER_DATABASE_URL = '', ...others } = parseEnv(readFileSync(file, 'utf8'))
  const swapped = join(folder, 'swapped.env')
  const fresh = new URL(ORDER_DATABASE_URL)
  fresh.username = `${prefix}_other`
  const lines = Object.entries({ ...others, ORDER_DATABASE_URL: fresh.toString() })
  writeFileSync(swapped, lines.map(([name, url]) => `${name}=${url}`).join('\n'))
  const { status, text } = seckill(['--urls', swapped, '--apply'], { DATABASE_ADMIN_URL: ORDER_DATABASE_URL })
  expect(status).toBe(1)
  expect(text).toMatch(/denied/)
})

async function canRead(url: string, table: 'stock' | 'payments'): Promise<boolean> {
  const db = connectDatabase(url, { poolSize: 1 })
  try {
    await db.selectFrom(table).selectAll().execute()
    return true
  } finally {
    await closeDatabase(db)
  }
}
