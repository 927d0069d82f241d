import { type Command, Option } from 'commander'
import {
  countDead,
  type DeliverySelection,
  listDeliveries,
  type NotificationChannel,
  type NotificationKey,
  notificationChannels,
  parseNotificationId,
  sendAgain,
} from 'seckill-store/mysql'
import { deliveriesReport } from '../notifications/deliveries-report.js'
import { confirmed } from '../output/confirm.js'
import { counted } from '../output/numbers.js'
import { wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { systemUser } from '../output/system-user.js'
import { withSources } from '../sale/find-sources.js'

interface Flags {
  readonly name: string
  readonly channel?: NotificationChannel
  readonly json?: boolean
}

interface ListFlags extends Flags {
  readonly state: 'dead' | 'pending' | 'sent'
  readonly limit: number
}

interface SendAgainFlags extends Flags {
  readonly reason: string
  readonly actor?: string
  readonly all?: boolean
  readonly yes?: boolean
}

const stateOf = { dead: 'DEAD', pending: 'PENDING', sent: 'SENT' } as const

/** Adds `seckill notifications`. */
export function register(program: Command): void {
  const notifications = program
    .command('notifications')
    .description('messages to buyers: list those that are given up, send them again')
  subcommand(notifications, 'list', 'messages by channel, with attempts and the last problem')
    .addOption(new Option('--state <state>', 'state of the messages').choices(Object.keys(stateOf)).default('dead'))
    .option('--limit <n>', 'messages at most, the last ones first', wholeNumber(1, 10_000), 50)
    .action(list)
  subcommand(notifications, 'send-again', 'let a notifier try dead messages again, under the ids they had')
    .argument('[ids...]', 'messages, as the list shows them')
    .requiredOption('--reason <text>', 'reason, kept in the audit')
    .option('--actor <name>', 'operator, kept beside the reason (default: the user of this system)')
    .option('--all', 'every dead message, or every one of the channel; asks before')
    .option('-y, --yes', 'do not ask')
    .action(again)
}

function subcommand(notifications: Command, name: string, description: string): Command {
  return notifications
    .command(name)
    .description(description)
    .addOption(new Option('--channel <name>', 'of this channel only').choices(notificationChannels))
    .option(...stackOption)
    .option(...jsonOption)
}

async function list({ name, state, channel, limit, json }: ListFlags): Promise<void> {
  const deliveries = await withSources(name, ({ db }) => listDeliveries(db, stateOf[state], { channel, limit }))
  printResult(json, { deliveries }, () => deliveriesReport(deliveries, { state, limit }))
}

async function again(ids: readonly string[], flags: SendAgainFlags): Promise<void> {
  const { name, channel, reason, actor = systemUser(), all = false, yes = false, json } = flags
  if (all === ids.length > 0) throw new Error('Name the messages, or give --all; not both.')
  const selection: DeliverySelection = all ? { channel } : { channel, keys: ids.map(keyOf) }
  const sent = await withSources(name, async ({ db }) => {
    if (all && !yes && !(await confirmed(`Send ${counted(await countDead(db, channel), 'dead message')} again?`)))
      return undefined
    return sendAgain(db, selection, { actor, reason })
  })
  if (sent === undefined) {
    process.exitCode = 1
    process.stderr.write('Nothing was changed. To send them again without a question: add --yes\n')
    return
  }
  printResult(json, { deliveries: sent }, () => `${counted(sent, 'message')} will be sent again.`)
}

/** @throws Error when it is no id of a message */
function keyOf(id: string): NotificationKey {
  const key = parseNotificationId(id)
  if (key === undefined) throw new Error(`'${id}' is no id of a message. Take one from: ./seckill notifications list`)
  return key
}
