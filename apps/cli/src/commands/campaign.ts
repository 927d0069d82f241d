import type { Command } from 'commander'
import { counted } from '../output/numbers.js'
import { wholeNumber } from '../output/option-values.js'
import { printResult } from '../output/result.js'
import { type CampaignVerb, campaignVerbs } from '../sale/campaign-admin.js'
import { reachAdmin } from '../sale/reach-sale.js'
import { type CampaignFlags, type ChangeFlags, campaignTable, changing, show, subcommand } from './campaign-command.js'
import { addCreate, addEdit } from './campaign-terms.js'

const verbHelp: Readonly<Record<CampaignVerb, string>> = {
  warmup: 'load a campaign into the gate, closed for shoppers',
  open: 'let shoppers in, or in again',
  pause: 'keep shoppers out for a while',
  close: 'end a campaign for good',
}

/** Verbs of preparation; the others change a sale that may be under way. */
const unreasoned: readonly CampaignVerb[] = ['warmup', 'open']

/** Adds `seckill campaign`. */
export function register(program: Command): void {
  const campaign = program.command('campaign').description("run campaigns through a sale's admin API")
  addCreate(campaign)
  subcommand(campaign, 'list', 'all campaigns').action(list)
  for (const verb of campaignVerbs) {
    changing(campaign, verb, { description: verbHelp[verb], needsReason: !unreasoned.includes(verb) }).action(
      async (voucherId: number, flags: ChangeFlags) =>
        show(await (await reachAdmin(flags)).move(voucherId, verb, optionsOf(flags)), flags),
    )
  }
  changing(campaign, 'restock', { description: 'change the number of units for sale', needsReason: true })
    .requiredOption('--total <units>', 'units for sale in all', wholeNumber(1))
    .action(async (voucherId: number, flags: ChangeFlags & { readonly total: number }) =>
      show(await (await reachAdmin(flags)).restock(voucherId, flags.total, optionsOf(flags)), flags),
    )
  addEdit(campaign)
  subcommand(campaign, 'settle', 'settle a closed campaign now, or say what keeps it from settling')
    .argument('<voucher>', 'voucher id', wholeNumber(1))
    .option('--reason <text>', 'reason, kept in the audit')
    .option('--as-it-is', 'also where the sale does not add up; its certificate says so for good')
    .addHelpText(
      'after',
      '\nA closed campaign settles by itself once nothing of it is on its way. A worker must run.\n',
    )
    .action(settle)
}

interface SettleFlags extends CampaignFlags {
  readonly reason?: string
  readonly asItIs?: boolean
}

async function settle(voucherId: number, flags: SettleFlags): Promise<void> {
  const { reason, asItIs, json } = flags
  const options = { ...(reason !== undefined && { reason }), ...(asItIs !== undefined && { asItIs }) }
  const settled = await (await reachAdmin(flags)).settle(voucherId, options)
  const { campaign, certificate } = settled
  const signed = `Its certificate has ${counted(certificate.size, 'reservation')}, root ${certificate.root}`
  printResult(json, settled, () => `${campaignTable([campaign])}${signed}`)
}

function optionsOf({ reason, ifVersion: version }: ChangeFlags) {
  return { reason, version }
}

async function list(flags: CampaignFlags): Promise<void> {
  const campaigns = await (await reachAdmin(flags)).list()
  printResult(flags.json, { campaigns }, () => campaignTable(campaigns))
}
