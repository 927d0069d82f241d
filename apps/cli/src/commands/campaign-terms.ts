import { type Command, Option } from 'commander'
import { instant, wholeNumber } from '../output/option-values.js'
import type { CampaignEdit } from '../sale/campaign-admin.js'
import { reachAdmin } from '../sale/reach-sale.js'
import { type CampaignFlags, type ChangeFlags, changing, show, subcommand } from './campaign-command.js'

/** The flags that name terms; times in epoch milliseconds, the pay window in seconds. */
interface TermFlags {
  readonly price?: number
  readonly limit?: number
  readonly begins?: number
  readonly ends?: number
  readonly payWindow?: number
  readonly autopilot?: 'on' | 'off'
}

interface CreateFlags extends CampaignFlags, TermFlags {
  readonly voucher: number
  readonly title?: string
  readonly currency: string
  readonly listPrice: number
  readonly price: number
  readonly total: number
  readonly limit: number
  readonly payWindow: number
}

const hourMs = 3_600_000

function autopilotOption(otherwise: string): Option {
  const means = 'warmed up ten minutes before it begins, opened and closed by itself'
  return new Option('--autopilot <on|off>', `${means} (default: ${otherwise})`).choices(['on', 'off'])
}

/** Adds `seckill campaign create`. */
export function addCreate(campaign: Command): void {
  subcommand(campaign, 'create', 'draft a campaign, with its voucher where that does not exist')
    .requiredOption('--voucher <id>', 'voucher id', wholeNumber(1))
    .requiredOption('--total <units>', 'units for sale', wholeNumber(1))
    .option('--title <text>', "a new voucher's title")
    .option('--currency <code>', "a new voucher's currency", 'CNY')
    .option('--list-price <minor>', "a new voucher's price, in minor units", wholeNumber(0), 9_900)
    .option('--price <minor>', 'price in the sale, in minor units', wholeNumber(0), 990)
    .option('--limit <units>', 'units a user may buy', wholeNumber(1, 1_000), 1)
    .option('--begins <time>', 'ISO 8601 (default: now)', instant)
    .option('--ends <time>', 'ISO 8601 (default: an hour later)', instant)
    .option('--pay-window <seconds>', 'time a buyer has to pay', wholeNumber(1), 900)
    .addOption(autopilotOption('on where it begins in the future'))
    .action(create)
}

/** Adds `seckill campaign edit`. */
export function addEdit(campaign: Command): void {
  changing(campaign, 'edit', { description: 'change the terms of a campaign that is not closed', needsReason: true })
    .option('--price <minor>', 'price in the sale, in minor units', wholeNumber(0))
    .option('--limit <units>', 'units a user may buy', wholeNumber(1, 1_000))
    .option('--begins <time>', 'ISO 8601', instant)
    .option('--ends <time>', 'ISO 8601', instant)
    .option('--pay-window <seconds>', 'time a buyer has to pay', wholeNumber(1))
    .addOption(autopilotOption('as it is'))
    .addHelpText('after', '\nA purchase keeps the terms that it was admitted under.\n')
    .action(edit)
}

async function create(flags: CreateFlags): Promise<void> {
  const { voucher: voucherId, title = `Flash sale ${voucherId}`, currency, listPrice: listPriceMinor } = flags
  const admin = await reachAdmin(flags)
  const beginsAt = flags.begins ?? Date.now()
  const changed = await admin.create({
    voucherId,
    voucher: { title, listPriceMinor, currency },
    total: flags.total,
    beginsAt,
    endsAt: flags.ends ?? beginsAt + hourMs,
    limitPerUser: flags.limit,
    priceMinor: flags.price,
    payWindowMs: flags.payWindow * 1_000,
    ...(flags.autopilot !== undefined && { autopilot: flags.autopilot === 'on' }),
  })
  show(changed, flags)
}

async function edit(voucherId: number, flags: ChangeFlags & TermFlags): Promise<void> {
  const { reason, ifVersion: version } = flags
  show(await (await reachAdmin(flags)).edit(voucherId, editOf(flags), { reason, version }), flags)
}

/** @throws Error when no term is named */
function editOf({ price, limit, begins, ends, payWindow, autopilot }: TermFlags): CampaignEdit {
  const edit = {
    ...(price !== undefined && { priceMinor: price }),
    ...(limit !== undefined && { limitPerUser: limit }),
    ...(begins !== undefined && { beginsAt: begins }),
    ...(ends !== undefined && { endsAt: ends }),
    ...(payWindow !== undefined && { payWindowMs: payWindow * 1_000 }),
    ...(autopilot !== undefined && { autopilot: autopilot === 'on' }),
  }
  if (Object.keys(edit).length > 0) return edit
  throw new Error('Name what is to change: --price, --limit, --begins, --ends, --pay-window or --autopilot.')
}
