import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import {
  accountNames,
  accountVariable,
  barrierDatabaseOf,
  closeDatabase,
  connectDatabase,
  newAccountUrls,
  pendingMigrations,
} from 'seckill-store/mysql'
import { afterAll, beforeAll, expect, it } from 'vitest'

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const name = `seckill_test_${randomBytes(8).toString('hex')}`
const prefix = `seckill_${randomBytes(4).toString('hex')}`

function adminUrl(): string {
  const url = process.env.DATABASE_MIGRATION_URL
  if (url === undefined) throw new Error('DATABASE_MIGRATION_URL is not set: set it to a server that tests may use')
  return url
}

function urlOf(database: string): string {
  return Object.assign(new URL(adminUrl()), { pathname: `/${database}` }).toString()
}

async function asAdmin(statement: string): Promise<void> {
  const admin = connectDatabase(adminUrl(), { poolSize: 1 })
  await sql.raw(statement).execute(admin)
  await closeDatabase(admin)
}

function migrate(url: string | undefined, further: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, DATABASE_MIGRATION_URL: url, ...further }
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8', timeout: 60_000 })
  return { status, lines: stdout.trim().split('\n'), stderr }
}

beforeAll(() => asAdmin(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`))
afterAll(async () => {
  await asAdmin(`DROP DATABASE IF EXISTS ${name}`)
  for (const account of accountNames) {
    await asAdmin(`DROP USER IF EXISTS '${prefix}_${account}'@'127.0.0.1'`)
    const barrier = barrierDatabaseOf(account, name)
    if (barrier !== undefined) await asAdmin(`DROP DATABASE IF EXISTS ${barrier}`)
  }
})

it('the migrations process makes every table of an empty database, and has nothing to do the second time', async () => {
  const first = migrate(urlOf(name))
  expect(first).toMatchObject({ status: 0, stderr: '' })

  const db = connectDatabase(urlOf(name), { poolSize: 1 })
  expect(await pendingMigrations(db)).toEqual([])
  await closeDatabase(db)

  const second = migrate(urlOf(name))
  expect(second.status).toBe(0)
  expect(JSON.parse(second.lines.at(-1) ?? '')).toMatchObject({ msg: 'the database is up to date', ran: 0 })
})

it('the migrations process exits with 1 and names the variable when it has no database', () => {
  const { status, stderr } = migrate(undefined)
  expect(status).toBe(1)
  expect(stderr).toContain('DATABASE_MIGRATION_URL: must be a mysql:// URL')
})

it('the migrations process makes the accounts of services apart, for which it is given their URLs, each time', async () => {
  const urls = newAccountUrls(urlOf(name), prefix)
  const variables = Object.fromEntries(accountNames.map((account) => [accountVariable(account), urls[account]]))
  for (const _time of ['first', 'second']) {
    const made = migrate(urlOf(name), { ...variables, ACCOUNT_HOST: '127.0.0.1' })
    expect(made).toMatchObject({ status: 0, stderr: '' })
    expect(made.lines.at(-1)).toContain('the accounts of the services have their rights')
    const stock = connectDatabase(urls.stock, { poolSize: 1 })
    expect(await stock.selectFrom('stock').selectAll().execute()).toEqual([])
    await expect(stock.selectFrom('payments').selectAll().execute()).rejects.toThrow(/denied/)
    await closeDatabase(stock)
  }
})

it('the migrations process makes no account where the URL of one is missing', () => {
  const { status, stderr } = migrate(urlOf(name), { STOCK_DATABASE_URL: urlOf(name) })
  expect(status).toBe(1)
  expect(stderr).toContain('ORDER_DATABASE_URL is missing')
  expect(stderr).not.toContain(new URL(adminUrl()).password || 'mysql://')
})
