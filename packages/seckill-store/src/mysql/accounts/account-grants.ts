import { type AccountName, accountRights, type Right } from './account-rights.js'

const allRights = 'SELECT, INSERT, UPDATE, DELETE'

/**
 * The database with the barrier rows of an account, beside that of the sale; undefined where it writes none, or those of the sale.
 */
export function barrierDatabaseOf(name: AccountName, database: string): string | undefined {
  return accountRights[name].barrier ? `${database}_${name}` : undefined
}

/** The GRANT statements of an account, which is `'user'@'host'`, on the database of the sale and on that of its barrier rows. */
export function grantsOf(name: AccountName, database: string, account: string): readonly string[] {
  const { own, shared } = accountRights[name]
  const barrier = barrierDatabaseOf(name, database)
  const on = (table: string, rights: string, schema = database) =>
    `GRANT ${rights} ON \`${schema}\`.\`${table}\` TO ${account}`
  return [
    ...own.map((table) => on(table, allRights)),
    ...(barrier === undefined ? [] : [on('saga_barrier', allRights, barrier)]),
    ...Object.entries(shared).map(([table, rights]) => on(table, rightsText(rights))),
  ]
}

function rightsText(rights: Readonly<Partial<Record<Right, '*' | readonly string[]>>>): string {
  const texts = Object.entries(rights).map(([right, columns]) =>
    columns === '*' ? right : `${right} (${columns.map((name) => `\`${name}\``).join(', ')})`,
  )
  return texts.join(', ')
}
