import { type Right, type ServiceName, serviceRights } from './service-rights.js'

const allRights = 'SELECT, INSERT, UPDATE, DELETE'

/** Where a service's rights are: the database of the sale, and the one of its barrier rows. */
interface ServiceDatabases {
  readonly database: string
  readonly barrierDatabase: string
}

/** The GRANT statements of a service's account, which is `'user'@'host'`. */
export function grantsOf(
  service: ServiceName,
  { database, barrierDatabase }: ServiceDatabases,
  account: string,
): readonly string[] {
  const { own, barrier, shared } = serviceRights[service]
  const on = (table: string, rights: string, schema = database) =>
    `GRANT ${rights} ON \`${schema}\`.\`${table}\` TO ${account}`
  return [
    ...own.map((table) => on(table, allRights)),
    ...(barrier ? [on('saga_barrier', allRights, barrierDatabase)] : []),
    ...Object.entries(shared).map(([table, rights]) => on(table, rightsText(rights))),
  ]
}

function rightsText(rights: Readonly<Partial<Record<Right, '*' | readonly string[]>>>): string {
  const texts = Object.entries(rights).map(([right, columns]) =>
    columns === '*' ? right : `${right} (${columns.map((name) => `\`${name}\``).join(', ')})`,
  )
  return texts.join(', ')
}
