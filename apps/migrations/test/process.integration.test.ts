import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { closeDatabase, connectDatabase, pendingMigrations } from 'seckill-store/mysql'
import { afterAll, beforeAll, expect, it } from 'vitest'

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const name = `seckill_test_${randomBytes(8).toString('hex')}`

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

function migrate(url: string | undefined) {
  const env = { PATH: process.env.PATH, DATABASE_MIGRATION_URL: url }
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry], { env, encoding: 'utf8', timeout: 60_000 })
  return { status, lines: stdout.trim().split('\n'), stderr }
}

beforeAll(() => asAdmin(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`))
afterAll(() => asAdmin(`DROP DATABASE IF EXISTS ${name}`))

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
