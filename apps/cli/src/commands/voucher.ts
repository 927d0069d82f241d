import type { Command } from 'commander'
import {
  changeVoucher,
  createVoucher,
  listVouchers,
  type Voucher,
  type VoucherKind,
  type VoucherStatus,
} from 'seckill-store/mysql'
import { wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { systemUser } from '../output/system-user.js'
import { table } from '../output/table.js'
import { withSources } from '../sale/find-sources.js'

interface Flags {
  readonly name: string
  readonly json?: boolean
}

interface ListFlags extends Flags {
  readonly after: number
  readonly limit: number
  readonly ordinary?: boolean
  readonly seckill?: boolean
}

interface ChangeFlags extends Flags {
  readonly voucher: number
  readonly title?: string
  readonly listPrice?: number
  readonly reason: string
  readonly actor?: string
}

interface CreateFlags extends ChangeFlags {
  readonly title: string
  readonly listPrice: number
  readonly currency: string
}

/** Adds `seckill voucher`. */
export function register(program: Command): void {
  const vouchers = program.command('voucher').description('vouchers, with and without a campaign that sells them')
  subcommand(vouchers, 'list', 'the vouchers, by number')
    .option('--ordinary', 'only those without a campaign')
    .option('--seckill', 'only those that a campaign sells')
    .option('--after <id>', 'begin after this voucher', wholeNumber(0), 0)
    .option('--limit <count>', 'at most so many', wholeNumber(1, 500), 100)
    .action(list)
  changing(vouchers, 'create', 'create a voucher; `campaign create` sells it')
    .requiredOption('--title <text>', 'its title')
    .requiredOption('--list-price <minor>', 'its price, in minor units', wholeNumber(0))
    .option('--currency <code>', 'ISO 4217', 'CNY')
    .action(create)
  changing(vouchers, 'edit', 'change title or list price; a campaign keeps the price it sells at')
    .option('--title <text>', 'the new title')
    .option('--list-price <minor>', 'the new price, in minor units', wholeNumber(0))
    .action(edit)
  changing(vouchers, 'withdraw', 'withdraw a voucher whose campaign, if any, is over').action(setStatus('WITHDRAWN'))
  changing(vouchers, 'restore', 'put a withdrawn voucher on sale again').action(setStatus('ON_SALE'))
}

function subcommand(vouchers: Command, name: string, description: string): Command {
  return vouchers
    .command(name)
    .description(description)
    .option(...stackOption)
    .option(...jsonOption)
}

function changing(vouchers: Command, name: string, description: string): Command {
  return subcommand(vouchers, name, description)
    .requiredOption('--voucher <id>', 'its number', wholeNumber(1))
    .requiredOption('--reason <text>', 'reason, kept in the audit')
    .option('--actor <name>', 'operator, kept beside the reason (default: the user of this system)')
}

function kindOf({ ordinary, seckill }: ListFlags): VoucherKind | undefined {
  if (ordinary === seckill) return undefined
  return ordinary === true ? 'ORDINARY' : 'SECKILL'
}

async function list(flags: ListFlags): Promise<void> {
  const { name, after, limit, json } = flags
  const kind = kindOf(flags)
  const vouchers = await withSources(name, ({ db }) => listVouchers(db, { after, limit, kind }))
  printResult(json, { vouchers }, () =>
    vouchers.length === 0 ? 'There is no such voucher.' : table(vouchers.map(rowOf)),
  )
}

async function create(flags: CreateFlags): Promise<void> {
  const { name, voucher: id, title, listPrice: listPriceMinor, currency, json } = flags
  const made = await withSources(name, ({ db }) =>
    createVoucher(db, { id, title, listPriceMinor, currency }, by(flags)),
  )
  printResult(json, { voucher: made }, () => table([rowOf(made)]))
}

async function edit(flags: ChangeFlags): Promise<void> {
  const { title, listPrice: listPriceMinor } = flags
  if (title === undefined && listPriceMinor === undefined) throw new Error('Say what changes: --title or --list-price.')
  await change(flags, { title, listPriceMinor })
}

function setStatus(status: VoucherStatus) {
  return (flags: ChangeFlags) => change(flags, { status })
}

async function change(flags: ChangeFlags, changes: Parameters<typeof changeVoucher>[2]): Promise<void> {
  const { name, voucher: id, json } = flags
  const changed = await withSources(name, ({ db }) => changeVoucher(db, id, changes, by(flags)))
  if (changed === undefined) throw new Error(`There is no voucher ${id}. See: ./seckill voucher list`)
  printResult(json, { voucher: changed }, () => table([rowOf(changed)]))
}

function by({ actor = systemUser(), reason }: ChangeFlags) {
  return { actor, reason }
}

function rowOf({ id, title, status, listPriceMinor, currency, campaign }: Voucher): readonly string[] {
  return [
    String(id),
    status,
    `${listPriceMinor} ${currency}`,
    campaign === null ? 'ordinary' : `campaign ${campaign}`,
    title,
  ]
}
