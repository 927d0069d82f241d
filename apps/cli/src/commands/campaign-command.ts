import type { Command } from 'commander'
import type { Campaign } from 'seckill-client/admin'
import { wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { table } from '../output/table.js'
import type { ChangedCampaign } from '../sale/campaign-admin.js'
import type { SaleFlags } from '../sale/reach-sale.js'

/** The flags of every command about campaigns. */
export type CampaignFlags = SaleFlags & { readonly json?: boolean }

/** The flags of every change of a campaign. */
export interface ChangeFlags extends CampaignFlags {
  readonly reason?: string
  readonly ifVersion?: number
}

/** Adds a command with the flags that say which sale it is about. */
export function subcommand(campaign: Command, name: string, description: string): Command {
  return campaign
    .command(name)
    .description(description)
    .option(...stackOption)
    .option('--admin-url <url>', 'admin port of a sale elsewhere')
    .option('--token <token>', "an admin's bearer token for it")
    .option(...jsonOption)
}

/** Adds a command that changes one campaign. */
export function changing(
  campaign: Command,
  name: string,
  { description, needsReason }: { readonly description: string; readonly needsReason: boolean },
): Command {
  const command = subcommand(campaign, name, description)
    .argument('<voucher>', 'voucher id', wholeNumber(1))
    .option('--if-version <number>', 'change this version of it only (default: the latest)', wholeNumber(1))
  return needsReason
    ? command.requiredOption('--reason <text>', 'reason, kept in the audit')
    : command.option('--reason <text>', 'reason, kept in the audit')
}

/** Prints a campaign after a change, and whether the gate follows. */
export function show(changed: ChangedCampaign, { json }: CampaignFlags): void {
  const { campaign, gate } = changed
  const follows =
    gate.status === 'in-step' ? '' : `Saved, but the gate does not have it yet (${gate.status}): ${gate.reason}\n`
  printResult(json, changed, () => `${campaignTable([campaign])}${follows}`)
}

/** Campaigns as a table, for people. */
export function campaignTable(campaigns: readonly Campaign[]): string {
  if (campaigns.length === 0) return 'No campaigns yet.'
  const rows = campaigns.map((campaign) => [
    String(campaign.voucherId),
    campaign.state,
    campaign.autopilot ? 'on' : 'off',
    `${campaign.quantity}/${campaign.total}`,
    new Date(campaign.beginsAt).toISOString(),
    new Date(campaign.endsAt).toISOString(),
    String(campaign.version),
    campaign.title,
  ])
  return table([['voucher', 'state', 'autopilot', 'in stock', 'begins', 'ends', 'version', 'title'], ...rows])
}
