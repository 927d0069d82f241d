import { type Environment, processVariables, readEnvironment } from 'seckill-process/configuration'
import { z } from 'zod'

/** The variables of this process. */
export const environment = z.object({
  DATABASE_MIGRATION_URL: z
    .url({
      protocol: /^(mysql|mariadb)$/,
      error: 'must be a mysql:// URL with a database, of an account that may change tables',
    })
    .describe('MySQL or MariaDB, with an account that may change tables'),
  LOG_LEVEL: processVariables.LOG_LEVEL,
})

/** Everything this process reads from its environment. */
export interface Config {
  readonly databaseUrl: string
  readonly logLevel: string
}

/**
 * Reads the configuration; a variable that is empty counts as not set.
 *
 * @throws Error that names every variable that is missing or wrong, never its value
 */
export function readConfig(given: Environment = process.env): Config {
  const env = readEnvironment('migrations', environment, given)
  return { databaseUrl: env.DATABASE_MIGRATION_URL, logLevel: env.LOG_LEVEL }
}
