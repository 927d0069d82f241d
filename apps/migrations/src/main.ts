import { pino } from 'pino'
import { makeAccounts, migrateToLatest } from 'seckill-store/mysql'
import { readConfig } from './config.js'

try {
  const { databaseUrl, accounts, logLevel } = readConfig()
  const logger = pino({ level: logLevel, base: { app: 'seckill-migrations', pid: process.pid } })
  const ran = await migrateToLatest(databaseUrl, (migration) => logger.info({ migration }, 'migrated'))
  logger.info({ ran: ran.length }, 'the database is up to date')
  if (accounts !== undefined) {
    await makeAccounts(accounts.adminUrl, accounts.urls, accounts.host)
    logger.info('the accounts of the services have their rights')
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
