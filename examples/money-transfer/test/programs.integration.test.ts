import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Programs, programsOf } from '../../test-programs.js'
import { closeBanks, openBanks } from '../src/banks.js'
import { bankNames } from '../src/transfer.js'

const id = randomBytes(4).toString('hex')
const prefix = `seckill_bank_${id}`
const banks = openBanks(process.env.DATABASE_MIGRATION_URL ?? 'mysql://root@127.0.0.1:3306', prefix)

let programs: Programs
beforeAll(async () => {
  programs = await programsOf('money-transfer', { BANK_PREFIX: prefix, TASK_QUEUE: prefix })
  await programs.run('setup')
  programs.startWorker()
})
afterAll(async () => {
  await programs.stop()
  for (const bank of bankNames) await sql`DROP DATABASE IF EXISTS ${sql.id(`${prefix}_${bank}`)}`.execute(banks.north)
  await closeBanks(banks)
}, 120_000)

it('the programs of the README make a transfer, and no second one with its id', async () => {
  expect(await programs.run('client', id, '25')).toBe('25.00 went from ann to bob\n')
  expect(await programs.run('client', `${id}-2`, '80')).toBe('refused: INSUFFICIENT_FUNDS\n')
  expect(await programs.run('client', id, '25')).toBe('25.00 went from ann to bob\n')
  await expect(programs.run('client', id, '26')).rejects.toThrow('SAGA_INPUT_MISMATCH')

  expect(await banks.south.selectFrom('accounts').selectAll().execute()).toEqual([{ number: 'bob', cents: 12_500 }])
}, 120_000)
