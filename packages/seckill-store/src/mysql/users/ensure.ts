import { type Kysely, sql } from 'kysely'
import { nowMs } from '../clock.js'
import type { Database } from '../database.js'

const usersAStatement = 10_000

/** Makes users 1 to `count` exist; those there already stay as they are. Answers how many were new. */
export async function ensureUsers(db: Kysely<Database>, count: number): Promise<number> {
  let made = 0
  for (let first = 1; first <= count; first += usersAStatement) {
    made += await ensureRange(db, first, Math.min(count, first + usersAStatement - 1))
  }
  return made
}

async function ensureRange(db: Kysely<Database>, first: number, last: number): Promise<number> {
  const { present } = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('present'))
    .where('id', '>=', first)
    .where('id', '<=', last)
    .executeTakeFirstOrThrow()
  const missing = last - first + 1 - present
  if (missing === 0) return 0
  await sql`
    INSERT INTO users (id, name, status, created_at)
    SELECT n.id, CONCAT('Shopper ', n.id), 'ACTIVE', ${nowMs}
    FROM (SELECT ${first} + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS id
          FROM ${digits} a CROSS JOIN ${digits} b CROSS JOIN ${digits} c CROSS JOIN ${digits} e) n
    WHERE n.id <= ${last}
    ON DUPLICATE KEY UPDATE name = users.name`.execute(db)
  return missing
}

const digits = sql.raw(
  `(SELECT 0 AS d ${Array.from({ length: 9 }, (_, index) => `UNION ALL SELECT ${index + 1}`).join(' ')})`,
)
