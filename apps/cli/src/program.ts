import { Command } from 'commander'
import { register as registerAccounts } from './commands/accounts.js'
import { register as registerBench } from './commands/bench.js'
import { register as registerBlock } from './commands/block.js'
import { register as registerCampaign } from './commands/campaign.js'
import { register as registerCertificate } from './commands/certificate.js'
import { register as registerDemo } from './commands/demo.js'
import { register as registerDoctor } from './commands/doctor.js'
import { register as registerNotifications } from './commands/notifications.js'
import { register as registerParked } from './commands/parked.js'
import { register as registerPurchase } from './commands/purchase.js'
import { register as registerReconcile } from './commands/reconcile.js'
import { register as registerRefund } from './commands/refund.js'
import { register as registerRush } from './commands/rush.js'
import { register as registerServers } from './commands/servers.js'
import { register as registerStack } from './commands/stack.js'
import { register as registerTest } from './commands/test.js'
import { register as registerToken } from './commands/token.js'
import { register as registerVoucher } from './commands/voucher.js'

/** Every command of `./seckill`, in the order of its help. */
const commands = [
  registerDemo,
  registerTest,
  registerStack,
  registerServers,
  registerDoctor,
  registerVoucher,
  registerCampaign,
  registerRush,
  registerPurchase,
  registerRefund,
  registerParked,
  registerReconcile,
  registerNotifications,
  registerBlock,
  registerAccounts,
  registerCertificate,
  registerToken,
  registerBench,
]

/** Makes the command line with every command. */
export function createProgram(): Command {
  const program = new Command('./seckill')
    .description('The flash sale on durable sagas: run it here, look into it, prove it.')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .showHelpAfterError('(./seckill help lists the commands)')
    .helpCommand('help [command]', 'show what a command does and takes')

  for (const register of commands) register(program)
  return program
}
