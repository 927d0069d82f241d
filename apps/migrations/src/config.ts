import { type Environment, processVariables, readEnvironment } from 'seckill-process/configuration'
import { type AccountUrls, accountNames, accountVariable, readAccountUrls } from 'seckill-store/mysql'
import { z } from 'zod'

const protocol = /^(mysql|mariadb)$/
const accounts = accountNames.map((name) => [
  accountVariable(name),
  z
    .url({ protocol, error: 'must be a mysql:// URL with a database' })
    .optional()
    .describe(
      `the URL of the account ${name}, which is made by it; where services run apart, and then for all accounts`,
    ),
])

/** The variables of this process. */
export const environment = z.object({
  DATABASE_MIGRATION_URL: z
    .url({ protocol, error: 'must be a mysql:// URL with a database, of an account that may change tables' })
    .describe('MySQL or MariaDB, with an account that may change tables'),
  DATABASE_ADMIN_URL: z
    .url({ protocol, error: 'must be a mysql:// URL with a database, of an account that may create users' })
    .optional()
    .describe(
      'the same database, with an account that may create users and databases and give rights away; by default that of the migrations',
    ),
  ACCOUNT_HOST: z
    .string()
    .min(1)
    .default('%')
    .describe('the host that the accounts connect from, as the server has it'),
  ...(Object.fromEntries(accounts) as Record<string, z.ZodOptional<z.ZodURL>>),
  LOG_LEVEL: processVariables.LOG_LEVEL,
})

/** The accounts of services that run apart, and who makes them. */
export interface AccountsPlan {
  readonly adminUrl: string
  readonly urls: AccountUrls
  /** The host that they connect from. */
  readonly host: string
}

/** Everything this process reads from its environment. */
export interface Config {
  readonly databaseUrl: string
  /** The accounts to make; undefined where the services do not run apart. */
  readonly accounts: AccountsPlan | undefined
  readonly logLevel: string
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong, never its value
 */
export function readConfig(given: Environment = process.env): Config {
  const env = readEnvironment('migrations', environment, given)
  const databaseUrl = env.DATABASE_MIGRATION_URL
  const urls = readAccountUrls(given)
  const accounts = urls && { urls, adminUrl: env.DATABASE_ADMIN_URL ?? databaseUrl, host: env.ACCOUNT_HOST }
  return { databaseUrl, accounts, logLevel: env.LOG_LEVEL }
}
