import { type InstallationKeys, readKeyFile } from 'seckill-certificate/keys'
import {
  type Promised,
  type ReceiptVerdict,
  readKeptReceipt,
  receiptKeys,
  verifyReceipt,
} from 'seckill-certificate/receipt'
import { counted, figure } from '../output/numbers.js'
import { readBytes } from './files.js'
import { reasonOf } from './reason.js'

/** The verdict on a receipt as its buyer has kept it. */
export interface CheckedReceipt {
  readonly verdict: ReceiptVerdict
  readonly promised: Promised
}

/**
 * Checks a receipt with the keys of the installation that may have made it.
 * @throws {Error} when the file holds no receipt with its promise
 * @throws {KeyFileError} when the keys cannot be used
 */
export function checkReceipt(file: string, keysFile: string): CheckedReceipt {
  const { promised, receipt } = keptReceiptIn(file)
  const { receipts }: InstallationKeys = readKeyFile(keysFile)
  return { verdict: verifyReceipt(receipt, promised, receiptKeys(receipts)), promised }
}

function keptReceiptIn(file: string) {
  try {
    return readKeptReceipt(new TextDecoder().decode(readBytes(file)))
  } catch (cause) {
    throw new Error(
      `${file} holds no receipt with its promise: give the answer 202 of the purchase, as JSON. ${reasonOf(cause)}`,
      { cause },
    )
  }
}

const meanings: Readonly<Record<ReceiptVerdict, string>> = {
  genuine: 'The receipt is genuine: this installation promised exactly this.',
  forged: 'The receipt is NOT genuine: this installation did not promise this.',
  malformed: 'This is no receipt: it must be r1.<8 characters>.<24 characters>.',
  'unknown-version': 'The receipt is of a version that this program does not know.',
  'unknown-key': 'The receipt is NOT of this installation, or its key is no longer in the file of the keys.',
}

/** The verdict on a receipt, for people. */
export function receiptReport({ verdict, promised }: CheckedReceipt): string {
  const { traceId, userId, voucherId, units, priceMinor, currency, termsVersion, seq, admittedAt } = promised
  return [
    `  purchase    ${traceId} of user ${userId}, voucher ${voucherId}, admission ${seq} at ${new Date(admittedAt).toISOString()}`,
    `  promised    ${counted(units, 'unit')} for ${figure(priceMinor)} minor units of ${currency}, terms of version ${termsVersion}`,
    meanings[verdict],
  ].join('\n')
}
