import { join } from 'node:path'
import type { Command } from 'commander'
import { findRepositoryRoot, stacksDirectory } from 'seckill-local-stack'
import { checkReceipt, receiptReport } from '../certificate/check-receipt.js'
import { jsonOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { keyFileIn } from '../sale/key-file-in.js'

interface Flags {
  readonly keys?: string
  readonly name: string
  readonly json?: boolean
}

/** Adds the subcommand that checks receipts. */
export function addReceiptCommand(certificate: Command): void {
  certificate
    .command('verify-receipt')
    .description('check the receipt of a purchase with the keys of the installation, without a server')
    .argument('<file>', 'answer 202 of the purchase, as JSON')
    .option('--keys <file>', 'keys of the installation (default: those of the local stack)')
    .option('--name <stack>', 'local stack whose keys are taken', 'demo')
    .option(...jsonOption)
    .addHelpText('after', '\nExit code 1 when the receipt is not genuine.\n')
    .action(verifyReceiptFile)
}

function verifyReceiptFile(file: string, { keys, name, json }: Flags): void {
  const checked = checkReceipt(file, keys ?? keyFileIn(join(stacksDirectory(findRepositoryRoot()), name)))
  if (checked.verdict !== 'genuine') process.exitCode = 1
  printResult(json, checked, () => receiptReport(checked))
}
