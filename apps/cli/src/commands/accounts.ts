import { readFileSync, writeFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Command } from 'commander'
import {
  type AccountUrls,
  accountNames,
  accountStatements,
  accountVariable,
  makeAccounts,
  newAccountUrls,
  parseDatabaseUrl,
  readAccountUrls,
} from 'seckill-store/mysql'
import { jsonOption } from '../output/options.js'
import { printResult } from '../output/result.js'

interface Flags {
  readonly urls?: string
  readonly host: string
  readonly apply?: boolean
  readonly json?: boolean
}

interface NewFlags {
  readonly server: string
  readonly prefix?: string
  readonly json?: boolean
}

const adminVariable = 'DATABASE_ADMIN_URL'

/** Adds `seckill accounts`. */
export function register(program: Command): void {
  const accounts = program
    .command('accounts')
    .description('the database accounts of services that run apart, each with rights on its own tables alone')
    .option('--urls <file>', 'an env file with their URLs (default: the environment)')
    .option('--host <host>', 'the host that they connect from, as the server has it', '%')
    .option('--apply', `make them, by the account of ${adminVariable}; without it the statements are printed`)
    .option(...jsonOption)
    .action(printOrApply)
    .addHelpText(
      'after',
      `
URLs: ${accountNames.map(accountVariable).join(', ')}.
The statements may be repeated; run them again after a migration and for new passwords. No password is printed.`,
    )
  accounts
    .command('new-urls')
    .description('write an env file with their URLs and new passwords, which only its owner may read')
    .argument('<file>', 'file to write; one that exists is never replaced')
    .requiredOption('--server <url>', 'server and database of the sale, as mysql://mysql:3306/seckill')
    .option('--prefix <text>', 'the beginning of the names of the accounts (default: the database)')
    .action(writeNewUrls)
}

async function printOrApply({ urls: file, host, apply, json }: Flags): Promise<void> {
  const urls = urlsIn(file)
  if (apply === true) {
    await makeAccounts(adminUrl(), urls, host)
    const made = accountNames.map((name) => ({ account: parseDatabaseUrl(urls[name]).user, host }))
    printResult(json, { made }, () =>
      made.map(({ account }) => `  ${account}@${host}: made, with its rights`).join('\n'),
    )
    return
  }
  const statements = accountStatements(urls, host).map(
    ({ text, password }) => `${text}${password === undefined ? '' : "'…'"};`,
  )
  printResult(json, { statements }, () => statements.join('\n'))
}

function writeNewUrls(file: string, { server, prefix }: NewFlags, command: Command): void {
  const urls = newAccountUrls(server, prefix)
  const lines = accountNames.map((name) => `${accountVariable(name)}=${urls[name]}`)
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' })
  printResult(command.optsWithGlobals<Flags>().json, { file }, () => `  ${file}: the URLs of ${lines.length} accounts`)
}

/** @throws Error that says what to type when there are none */
function urlsIn(file: string | undefined): AccountUrls {
  const urls = readAccountUrls(file === undefined ? process.env : parseEnv(readFileSync(file, 'utf8')))
  if (urls !== undefined) return urls
  const where = file === undefined ? 'The environment has' : `${file} has`
  throw new Error(
    `${where} no URLs of accounts. Make some: ./seckill accounts new-urls accounts.env --server mysql://mysql:3306/seckill`,
  )
}

function adminUrl(): string {
  const url = process.env[adminVariable]
  if (url) return url
  throw new Error(
    `${adminVariable} is not set: the URL of an account that may create users and databases and give rights away, with the database of the sale.`,
  )
}
