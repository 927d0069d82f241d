import type { Command } from 'commander'
import { type Block, type BlockedSubject, block, liftBlock, listBlocks, subjectText } from 'seckill-store/mysql'
import { instant, wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { systemUser } from '../output/system-user.js'
import { table } from '../output/table.js'
import { withSources } from '../sale/find-sources.js'

interface Flags {
  readonly name: string
  readonly json?: boolean
}

interface ChangeFlags extends Flags {
  readonly user?: number
  readonly addresses?: string
  readonly reason: string
  readonly actor?: string
  readonly until?: number
}

/** Adds `seckill block`. */
export function register(program: Command): void {
  const blocks = program.command('block').description('users and addresses whose purchases are refused before the gate')
  subcommand(blocks, 'list', 'the blocks').action(list)
  changing(blocks, 'add', 'refuse the purchases of a user or of addresses; what was bought is served on')
    .option('--until <time>', 'the end of the block, in ISO 8601 (default: until it is lifted)', instant)
    .action(add)
  changing(blocks, 'lift', 'let a user or addresses buy again').action(lift)
}

function subcommand(blocks: Command, name: string, description: string): Command {
  return blocks
    .command(name)
    .description(description)
    .option(...stackOption)
    .option(...jsonOption)
}

function changing(blocks: Command, name: string, description: string): Command {
  return subcommand(blocks, name, description)
    .option('--user <id>', 'the user', wholeNumber(1))
    .option('--addresses <range>', 'an address, or a range such as 203.0.113.0/24; in IPv6 at least a /64')
    .requiredOption('--reason <text>', 'reason, kept in the audit')
    .option('--actor <name>', 'operator, kept beside the reason (default: the user of this system)')
}

async function list({ name, json }: Flags): Promise<void> {
  const blocks = await withSources(name, ({ db }) => listBlocks(db))
  printResult(json, { blocks }, () => (blocks.length === 0 ? 'Nothing is blocked.' : table(blocks.map(rowOf))))
}

async function add(flags: ChangeFlags): Promise<void> {
  const { name, reason, actor = systemUser(), until: endsAt, json } = flags
  const subject = subjectOf(flags)
  const added = await withSources(name, ({ db }) => block(db, subject, { actor, reason, endsAt }))
  printResult(json, { block: added }, () => `${table([rowOf(added)])}In force in every API process within a second.`)
}

async function lift(flags: ChangeFlags): Promise<void> {
  const { name, reason, actor = systemUser(), json } = flags
  const subject = subjectOf(flags)
  const lifted = await withSources(name, ({ db }) => liftBlock(db, subject, { actor, reason }))
  if (!lifted) throw new Error(`${subjectText(subject)} is not blocked. See: ./seckill block list`)
  printResult(json, { lifted }, () => `${subjectText(subject)} may buy again within a second.`)
}

function subjectOf({ user, addresses }: ChangeFlags): BlockedSubject {
  if (user !== undefined && addresses === undefined) return { userId: user }
  if (addresses !== undefined && user === undefined) return { addresses }
  throw new Error('Name whom it is about: --user <id> or --addresses <range>, one of them.')
}

function rowOf({ subject, reason, actor, endsAt }: Block): readonly string[] {
  return [subjectText(subject), endsAt === null ? 'until lifted' : new Date(endsAt).toISOString(), actor, reason]
}
