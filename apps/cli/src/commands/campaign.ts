import type { Command } from 'commander'
import type { Campaign } from 'seckill-store/mysql'
import { instant, wholeNumber } from '../output/option-values.js'
import { jsonOption, printResult } from '../output/result.js'
import { table } from '../output/table.js'
import { type CampaignVerb, type ChangedCampaign, campaignVerbs } from '../sale/campaign-admin.js'
import { reachAdmin, type SaleFlags } from '../sale/reach-sale.js'

type Flags = SaleFlags & { readonly json?: boolean }

interface CreateFlags extends Flags {
  readonly voucher: number
  readonly title?: string
  readonly currency: string
  readonly listPrice: number
  readonly price: number
  readonly total: number
  readonly limit: number
  readonly begins?: number
  readonly ends?: number
  readonly payWindow: number
}

const hourMs = 3_600_000

const verbHelp: Readonly<Record<CampaignVerb, string>> = {
  warmup: 'load a campaign into the gate, closed for shoppers',
  open: 'let shoppers in, or in again',
  pause: 'keep shoppers out for a while',
  close: 'end a campaign for good',
}

/** Adds `seckill campaign`. */
export function register(program: Command): void {
  const campaign = program.command('campaign').description("run campaigns through a sale's admin API")
  addCreate(campaign)
  subcommand(campaign, 'list', 'all campaigns').action(list)
  for (const verb of campaignVerbs) {
    subcommand(campaign, verb, verbHelp[verb])
      .argument('<voucher>', 'voucher id', wholeNumber(1))
      .action(async (voucherId: number, flags: Flags) =>
        show(await (await reachAdmin(flags)).move(voucherId, verb), flags),
      )
  }
  subcommand(campaign, 'restock', 'change the number of units for sale')
    .argument('<voucher>', 'voucher id', wholeNumber(1))
    .requiredOption('--total <units>', 'units for sale in all', wholeNumber(1))
    .action(async (voucherId: number, flags: Flags & { readonly total: number }) =>
      show(await (await reachAdmin(flags)).restock(voucherId, flags.total), flags),
    )
}

function addCreate(campaign: Command): void {
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
    .action(create)
}

function subcommand(campaign: Command, name: string, description: string): Command {
  return campaign
    .command(name)
    .description(description)
    .option('--name <stack>', 'stack the sale runs on', 'demo')
    .option('--admin-url <url>', 'admin port of a sale elsewhere')
    .option('--token <token>', "an admin's bearer token for it")
    .option(...jsonOption)
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
  })
  show(changed, flags)
}

async function list(flags: Flags): Promise<void> {
  const campaigns = await (await reachAdmin(flags)).list()
  printResult(flags.json, { campaigns }, () => campaignTable(campaigns))
}

function show(changed: ChangedCampaign, { json }: Flags): void {
  const { campaign, gate } = changed
  const isBehind = gate !== undefined && gate.status !== 'in-step'
  const follows = isBehind
    ? `Saved, but the gate does not have it yet (${gate.status}): ${gate.reason ?? 'no reason given'}\n`
    : ''
  printResult(json, changed, () => `${campaignTable([campaign])}${follows}`)
}

function campaignTable(campaigns: readonly Campaign[]): string {
  if (campaigns.length === 0) return 'No campaigns yet.'
  const rows = campaigns.map((campaign) => [
    String(campaign.voucherId),
    campaign.state,
    `${campaign.quantity}/${campaign.total}`,
    new Date(campaign.beginsAt).toISOString(),
    new Date(campaign.endsAt).toISOString(),
    campaign.title,
  ])
  return table([['voucher', 'state', 'in stock', 'begins', 'ends', 'title'], ...rows])
}
