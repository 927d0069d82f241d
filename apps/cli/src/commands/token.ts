import { type Command, Option } from 'commander'
import { wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { findSale } from '../sale/sale-record.js'
import { signToken } from '../sale/tokens.js'

interface Flags {
  readonly user: number
  readonly role?: 'operator' | 'viewer'
  readonly validFor: number
  readonly name: string
  readonly json?: boolean
}

/** Adds `seckill token`. */
export function register(program: Command): void {
  program
    .command('token')
    .description('a bearer token for a running local sale')
    .requiredOption('--user <id>', 'the user of the token', wholeNumber(1))
    .addOption(new Option('--role <role>', 'a token for the admin port').choices(['operator', 'viewer']))
    .option('--valid-for <seconds>', 'validity of the token', wholeNumber(1, 86_400), 3_600)
    .option(...stackOption)
    .option(...jsonOption)
    .action(token)
}

async function token({ user, role, validFor, name, json }: Flags): Promise<void> {
  const sale = findSale(name)
  const signed = await signToken(sale.secret, { userId: user, role, validForSeconds: validFor })
  printResult(json, { token: signed, userId: user, role: role ?? null, expiresInSeconds: validFor }, () => signed)
}
