import type { Command } from 'commander'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { reachAdmin, type SaleFlags } from '../sale/reach-sale.js'

interface Flags extends SaleFlags {
  readonly reason: string
  readonly json?: boolean
}

/** Adds `seckill refund`. */
export function register(program: Command): void {
  program
    .command('refund')
    .description('give the money of a paid order back; asked for again, it is the same refund')
    .argument('<orderId>', 'as `./seckill purchase show` gives it')
    .requiredOption('--reason <text>', 'reason, kept in the audit')
    .option(...stackOption)
    .option('--admin-url <url>', 'admin port of a sale elsewhere')
    .option('--token <token>', "an admin's bearer token for it")
    .option(...jsonOption)
    .action(refund)
}

async function refund(orderId: string, { reason, json, ...sale }: Flags): Promise<void> {
  const requested = await (await reachAdmin(sale)).refund(orderId, reason)
  printResult(json, requested, () => `The refund ${requested.refundId} of the order ${orderId} is requested.`)
}
