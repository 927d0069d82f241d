import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findRepositoryRoot, stacksDirectory } from 'seckill-local-stack'

/** The record by which commands find a sale that runs in another terminal. */
export interface SaleRecord {
  /** The process of its demo. */
  readonly pid: number
  readonly apiUrl: string
  readonly adminUrl: string
  /** Secret of its tokens. */
  readonly secret: string
  /** The voucher it sells at the moment. */
  readonly voucherId: number
}

function fileIn(stackDir: string): string {
  return join(stackDir, 'sale.json')
}

/** Writes the record beside its stack, readable by its owner only. */
export function writeSaleRecord(stackDir: string, record: SaleRecord): void {
  const file = fileIn(stackDir)
  writeFileSync(`${file}.next`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.next`, file)
}

/** Removes the record of a sale that has ended, unless another sale has taken its place. */
export function removeSaleRecord(stackDir: string, pid: number): void {
  if (readRecord(stackDir)?.pid === pid) rmSync(fileIn(stackDir), { force: true })
}

/**
 * The sale that runs on the stack of this name.
 *
 * @throws Error when none does
 */
export function findSale(name: string): SaleRecord {
  const record = readRecord(join(stacksDirectory(findRepositoryRoot()), name))
  if (record !== undefined && isRunning(record.pid)) return record
  const start = `./seckill demo${name === 'demo' ? '' : ` --name ${name}`}`
  throw new Error(`No sale runs on the stack '${name}'. Start one in another terminal: ${start}`)
}

function readRecord(stackDir: string): SaleRecord | undefined {
  const file = fileIn(stackDir)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SaleRecord) : undefined
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
